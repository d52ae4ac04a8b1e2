# A copy of one source file with a patch applied, for the tests of the tests:
# cmake -DPATCH_TOOL=… -DSOURCE=… -DPATCH=… -DOUTPUT=… -P patched_source.cmake
configure_file(${SOURCE} ${OUTPUT} COPYONLY)
execute_process(COMMAND ${PATCH_TOOL} --silent --fuzz=2 --no-backup-if-mismatch --reject-file=- ${OUTPUT} ${PATCH}
	RESULT_VARIABLE status OUTPUT_VARIABLE words ERROR_VARIABLE words)
if(NOT status EQUAL 0)
	file(REMOVE ${OUTPUT})
	message(FATAL_ERROR "${PATCH} does not apply to ${SOURCE} any more: cut it anew\n${words}")
endif()
