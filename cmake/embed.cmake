# One file as an object of C, plain and compressed:
#     cmake -DNAME=page_css -DINPUT=… -DGZIP=/usr/bin/gzip -DOUTPUT=….c -P embed.cmake
# Reproducible: the compressed form has neither the name nor the time of the file.
cmake_minimum_required(VERSION 3.25)

function(add_bytes file member)
	file(READ ${file} hex HEX)
	file(SHA256 ${file} digest)
	string(LENGTH "${hex}" length)
	math(EXPR length "${length} / 2")
	string(SUBSTRING ${digest} 0 16 digest)
	# gcc is slow on a line of a million characters.
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
	string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
	set(text "${text}static const unsigned char ${member}[] = {\n${bytes}0};\n" PARENT_SCOPE)
	set(${member}_form "{${member}, ${length}, \"\\\"${digest}\\\"\"}" PARENT_SCOPE)
endfunction()

execute_process(COMMAND ${GZIP} -9nc INPUT_FILE ${INPUT} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
set(text "#include \"daemon/page/asset_bytes.h\"\n")
add_bytes(${INPUT} plain)
add_bytes(${OUTPUT}.gz gzip)
file(WRITE ${OUTPUT} "${text}const struct asset_bytes asset_${NAME} = {.plain = ${plain_form}, .gzip = ${gzip_form}};\n")
