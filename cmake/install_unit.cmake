# Runs at install time, because the prefix is known only then: the unit of the source tree names /usr/bin and /usr/libexec;
# installed elsewhere it names that place. DESTDIR is respected. No function, so that the list of installed files grows.
foreach(folder bin_dir libexec_dir)
	if(NOT IS_ABSOLUTE "${${folder}}")
		set(${folder} "${CMAKE_INSTALL_PREFIX}/${${folder}}")
	endif()
endforeach()
if(NOT unit_dir AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	set(unit_dir "${package_unit_dir}")
elseif(NOT unit_dir)
	set(unit_dir "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
endif()
get_filename_component(name "${unit}" NAME)
file(READ "${unit}" text)
string(REPLACE "/usr/libexec/ai-ticketd" "${libexec_dir}/ai-ticketd" text "${text}")
string(REPLACE "/usr/bin/ai-ticketd" "${bin_dir}/ai-ticketd" text "${text}")
file(WRITE "${work_dir}/${name}" "${text}")
file(INSTALL "${work_dir}/${name}" DESTINATION "${unit_dir}" TYPE FILE
	PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
