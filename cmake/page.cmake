# Embeds the files of the dashboard page (daemon/page/) and Debian's Chart.js into daemon_page. Further *.css and *.js of that
# folder are served under their names as soon as they are there.
find_program(GZIP gzip REQUIRED)
find_file(AITD_CHART_JS NAMES chart.min.js Chart.min.js PATHS /usr/share/javascript/chart.js NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH
	DOC "Chart.js, version 3 or 4, as one file for browsers (UMD)")
if(NOT AITD_CHART_JS)
	message(FATAL_ERROR "Chart.js is not there: install libjs-chart.js, or name its file with -DAITD_CHART_JS=…")
endif()
set(page_folder ${CMAKE_CURRENT_SOURCE_DIR}/page)
set(page_rows "")
set(page_names "")

function(aitd_embed path type file)
	get_filename_component(name ${file} NAME)
	string(MAKE_C_IDENTIFIER ${name} name)
	set(output ${CMAKE_CURRENT_BINARY_DIR}/page/${name}.c)
	if(NOT name IN_LIST page_names)
		add_custom_command(OUTPUT ${output}
			COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DINPUT=${file} -DGZIP=${GZIP} -DOUTPUT=${output}
				-P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
			DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
		target_sources(daemon_page PRIVATE ${output})
		set(page_names ${page_names} ${name} PARENT_SCOPE)
	endif()
	set(page_rows "${page_rows}ASSET(\"${path}\", \"${type}\", asset_${name})\n" PARENT_SCOPE)
endfunction()

aitd_embed(/ "text/html; charset=utf-8" ${page_folder}/index.html)
aitd_embed(/favicon.ico "image/svg+xml" ${page_folder}/favicon.svg)
aitd_embed(/favicon.svg "image/svg+xml" ${page_folder}/favicon.svg)
aitd_embed(/chart.js "text/javascript; charset=utf-8" ${AITD_CHART_JS})
file(GLOB page_styles CONFIGURE_DEPENDS ${page_folder}/*.css)
file(GLOB page_scripts CONFIGURE_DEPENDS ${page_folder}/*.js)
foreach(file ${page_styles} ${page_scripts})
	get_filename_component(name ${file} NAME)
	if(name MATCHES "\\.css$")
		aitd_embed(/${name} "text/css; charset=utf-8" ${file})
	else()
		aitd_embed(/${name} "text/javascript; charset=utf-8" ${file})
	endif()
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/page/asset_rows.def CONTENT "${page_rows}" @ONLY)
target_include_directories(daemon_page PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/page)
