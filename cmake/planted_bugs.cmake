# Bugs planted in the product's own code, one a program, to see that the tests find them. The file that a *.patch changes is
# copied and patched here, and takes the place of the original when the program is linked. Each bugs/*.patch of the simulation says
# in its header what is planted, what must be found, and the arguments of the run; those of alerts name the test that must fail.
find_program(PATCH_TOOL patch REQUIRED)

# Sets `ret_copy` to the patched copy of the one file that the patch changes.
function(aitd_patched_copy patch name ret_copy)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${patch})
	file(STRINGS ${patch} header REGEX "^\\+\\+\\+ b/")
	list(LENGTH header files)
	if(NOT files EQUAL 1)
		message(FATAL_ERROR "${patch}: one file is to be changed, not ${files}")
	endif()
	string(REGEX REPLACE "^\\+\\+\\+ b/([^ \t]*).*" "\\1" changed "${header}")
	set(source ${PROJECT_SOURCE_DIR}/${changed})
	get_filename_component(file ${changed} NAME)
	set(copy ${CMAKE_CURRENT_BINARY_DIR}/bugs/${name}/${file})
	set(script ${PROJECT_SOURCE_DIR}/cmake/patched_source.cmake)
	add_custom_command(OUTPUT ${copy}
		COMMAND ${CMAKE_COMMAND} -DPATCH_TOOL=${PATCH_TOOL} -DSOURCE=${source} -DPATCH=${patch} -DOUTPUT=${copy} -P ${script}
		DEPENDS ${source} ${patch} ${script} VERBATIM)
	set_source_files_properties(${copy} PROPERTIES COMPILE_OPTIONS "-Wno-unused")
	set(${ret_copy} ${copy} PARENT_SCOPE)
endfunction()

function(aitd_planted_bug patch)
	get_filename_component(name ${patch} NAME_WE)
	aitd_patched_copy(${patch} ${name} copy)
	add_executable(sim_bug_${name} ${copy} $<TARGET_OBJECTS:aitd_simulate_main>)
	target_link_libraries(sim_bug_${name} PRIVATE aitd_simulation)
	add_test(NAME sim_bug_${name}
		COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/bugs/caught $<TARGET_FILE:aitd_simulate> $<TARGET_FILE:sim_bug_${name}> ${patch})
	set_tests_properties(sim_bug_${name} PROPERTIES LABELS "sim;bugs" TIMEOUT 300)
endfunction()

# The same for a unit test of the engine, whose path the header gives.
function(aitd_planted_unit patch)
	get_filename_component(name ${patch} NAME_WE)
	aitd_patched_copy(${patch} ${name} copy)
	file(STRINGS ${patch} program REGEX "^Program: ")
	string(REGEX REPLACE "^Program: " "" program "${program}")
	add_executable(unit_bug_${name} ${copy} ${PROJECT_SOURCE_DIR}/tests/unit/${program}.c)
	target_include_directories(unit_bug_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/engine)
	target_link_libraries(unit_bug_${name} PRIVATE aitd_engine engine_lab PkgConfig::CMOCKA)
	add_test(NAME unit_bug_${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/alerts/bugs/caught $<TARGET_FILE:unit_bug_${name}> ${patch})
	set_tests_properties(unit_bug_${name} PROPERTIES LABELS "unit;bugs" TIMEOUT 120)
endfunction()

# A unit test, named in the header, linked with the bug: it must fail there.
function(aitd_planted_alert patch)
	get_filename_component(name ${patch} NAME_WE)
	aitd_patched_copy(${patch} ${name} copy)
	file(STRINGS ${patch} program REGEX "^Program: ")
	string(REGEX REPLACE "^Program: " "" program "${program}")
	add_executable(alert_bug_${name} ${copy} ${PROJECT_SOURCE_DIR}/tests/unit/observe/${program}.c)
	target_include_directories(alert_bug_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/observe)
	target_link_libraries(alert_bug_${name} PRIVATE aitd_observe PkgConfig::CMOCKA)
	add_test(NAME alert_bug_${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/bugs/caught $<TARGET_FILE:alert_bug_${name}> ${patch})
	set_tests_properties(alert_bug_${name} PROPERTIES LABELS "unit;bugs" TIMEOUT 120)
endfunction()
