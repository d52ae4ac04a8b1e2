# Runs at install time, because the prefix is known only then: the unit of the source tree names /usr/bin and /usr/libexec;
# installed elsewhere it names that place. DESTDIR is respected.
function(aitd_absolute result folder)
	if(IS_ABSOLUTE "${folder}")
		set(${result} "${folder}" PARENT_SCOPE)
	else()
		set(${result} "${CMAKE_INSTALL_PREFIX}/${folder}" PARENT_SCOPE)
	endif()
endfunction()

function(aitd_install_unit)
	aitd_absolute(bin "${bin_dir}")
	aitd_absolute(libexec "${libexec_dir}")
	set(place "${unit_dir}")
	if(NOT place AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
		set(place "${package_unit_dir}")
	elseif(NOT place)
		set(place "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
	endif()
	get_filename_component(name "${unit}" NAME)
	file(READ "${unit}" text)
	string(REPLACE "/usr/libexec/ai-ticketd" "${libexec}/ai-ticketd" text "${text}")
	string(REPLACE "/usr/bin/ai-ticketd" "${bin}/ai-ticketd" text "${text}")
	file(WRITE "${work_dir}/${name}" "${text}")
	file(INSTALL "${work_dir}/${name}" DESTINATION "${place}" TYPE FILE
		PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()

aitd_install_unit()
