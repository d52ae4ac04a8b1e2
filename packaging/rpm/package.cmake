# What CPack makes the RPM of: the tree that scripts/rpm has installed. That script sets the variables of the environment.
set(CPACK_GENERATOR RPM)
set(CPACK_PACKAGE_NAME ai-ticketd)
set(CPACK_PACKAGE_VERSION $ENV{AITD_VERSION})
set(CPACK_PACKAGE_FILE_NAME ai-ticketd-$ENV{AITD_VERSION}-1.$ENV{AITD_ARCHITECTURE})
set(CPACK_PACKAGE_VENDOR "ai-ticketd")
set(CPACK_PACKAGE_CONTACT "ai-ticketd")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Triage of Zendesk tickets by a language model")
set(CPACK_PACKAGE_DESCRIPTION "ai-ticketd finds the unprocessed tickets of a Zendesk account, asks a language model for summary, root
cause, urgency and sentiment, and adds tags, a priority and an internal note to each ticket. Personal data is removed before a model sees
a ticket. When the model does not answer, built-in rules classify the tickets.")
set(CPACK_INSTALLED_DIRECTORIES "$ENV{AITD_STAGE};/")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_SET_DESTDIR ON)

set(CPACK_RPM_PACKAGE_ARCHITECTURE $ENV{AITD_ARCHITECTURE})
set(CPACK_RPM_PACKAGE_RELEASE 1)
set(CPACK_RPM_PACKAGE_LICENSE MIT)
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Daemons")
set(CPACK_RPM_PACKAGE_REQUIRES ca-certificates)
set(CPACK_RPM_COMPRESSION_TYPE xz)
set(CPACK_RPM_USER_FILELIST "%config(noreplace) /etc/ai-ticketd/ai-ticketd.conf")
# Folders of the system, which no package may claim.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
	/etc /usr/lib/systemd /usr/lib/systemd/system /usr/lib/systemd/system-preset /usr/libexec
	/usr/share/doc /usr/share/man /usr/share/man/man5 /usr/share/man/man8
	/usr/share/bash-completion /usr/share/bash-completion/completions /usr/share/fish /usr/share/fish/vendor_completions.d
	/usr/share/zsh /usr/share/zsh/site-functions)
set(CPACK_RPM_POST_INSTALL_SCRIPT_FILE ${CMAKE_CURRENT_LIST_DIR}/post)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${CMAKE_CURRENT_LIST_DIR}/preun)
set(CPACK_RPM_POST_UNINSTALL_SCRIPT_FILE ${CMAKE_CURRENT_LIST_DIR}/postun)
# The same package at each build. And Debian's libcurl has versions of symbols that no distribution with RPM provides: there the name of
# the library is what is required.
string(JOIN "\n" CPACK_RPM_SPEC_MORE_DEFINE
	"%define use_source_date_epoch_as_buildtime 1"
	"%define clamp_mtime_to_source_date_epoch 1"
	"%define _buildhost reproducible"
	"%define _build_id_links none"
	"%define __requires_exclude ^libcurl[.]so[.]4[(]CURL_OPENSSL_4[)].*$")
