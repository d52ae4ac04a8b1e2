# A folder of lib/ or daemon/ may have a folder posix/ and a folder windows/ with what differs between systems, behind one header;
# one of the two is built.
if(NOT WIN32)
	set(AITD_PLATFORM posix)
	return()
endif()

set(AITD_PLATFORM windows)
# 0x0602: Windows 8 and Server 2012, as libuv asks for.
add_compile_definitions(_WIN32_WINNT=0x0602 WIN32_LEAN_AND_MEAN)
# One file without libraries beside it; and no file is opened as text, which would have other ends of lines.
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=binmode.o OUTPUT_VARIABLE binmode OUTPUT_STRIP_TRAILING_WHITESPACE
	COMMAND_ERROR_IS_FATAL ANY)
add_link_options(-static -fstack-protector-strong ${binmode})
# All of it goes into one folder, wherever that is.
set(CMAKE_INSTALL_BINDIR .)
set(CMAKE_INSTALL_DOCDIR doc)
set(CMAKE_INSTALL_DATADIR doc)
