# Which library reads JSON: yyjson is some ten times faster; jansson is needed beside it, for the words of errors. yyjson is taken
# where the distribution packages it.
set(AITD_JSON auto CACHE STRING "What reads JSON: auto, jansson or yyjson")
set_property(CACHE AITD_JSON PROPERTY STRINGS auto jansson yyjson)
if(NOT AITD_JSON MATCHES "^(auto|jansson|yyjson)$")
	message(FATAL_ERROR "AITD_JSON is ${AITD_JSON}; it may be auto, jansson or yyjson")
endif()

if(AITD_JSON STREQUAL auto)
	pkg_check_modules(YYJSON IMPORTED_TARGET yyjson>=0.10)
elseif(AITD_JSON STREQUAL yyjson)
	pkg_check_modules(YYJSON REQUIRED IMPORTED_TARGET yyjson>=0.10)
else()
	set(YYJSON_FOUND FALSE)
endif()
if(YYJSON_FOUND)
	set(AITD_JSON_OTHER "/json_jansson\\.c$") # the sources of the other one
	message(STATUS "JSON is read by yyjson ${YYJSON_VERSION}")
else()
	set(AITD_JSON_OTHER "/json_yyjson[a-z_]*\\.c$")
	message(STATUS "JSON is read by jansson ${JANSSON_VERSION}")
endif()
