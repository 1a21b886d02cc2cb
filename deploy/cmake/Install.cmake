# cmake --install: both programs, what systemd needs, man pages and completions, and under share/doc/calsync everything that is
# there to be copied or imported. Man pages and completions are written by the programs themselves while they are built.
include(GNUInstallDirs)

set(CALSYNC_MADE ${CMAKE_BINARY_DIR}/installed)
file(MAKE_DIRECTORY ${CALSYNC_MADE})

# calsync_written_by(PROGRAM OPTION FILE DESTINATION)
function(calsync_written_by program option file destination)
  set(made ${CALSYNC_MADE}/${file})
  separate_arguments(words UNIX_COMMAND "${option}")
  add_custom_command(OUTPUT ${made} COMMAND ${program} ${words} > ${made} DEPENDS ${program} VERBATIM)
  string(MAKE_C_IDENTIFIER "calsync_${file}_of_${program}" target)
  add_custom_target(${target} ALL DEPENDS ${made})
  install(FILES ${made} DESTINATION ${destination})
endfunction()

calsync_written_by(calsync "--generate-man" calsync.1 ${CMAKE_INSTALL_MANDIR}/man1)
calsync_written_by(calsyncd "--generate-man" calsyncd.8 ${CMAKE_INSTALL_MANDIR}/man8)
calsync_written_by(calsync "--generate-completion bash" calsync ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
calsync_written_by(calsync "--generate-completion zsh" _calsync ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
calsync_written_by(calsync "--generate-completion fish" calsync.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(TARGETS calsync calsyncd DESTINATION ${CMAKE_INSTALL_BINDIR})

# systemd looks into lib/ of /usr and /usr/local, whatever the architecture's own directory of libraries is.
set(CALSYNC_UNIT ${CMAKE_SOURCE_DIR}/deploy/systemd/calsyncd.service)
install(CODE "set(unit \"${CALSYNC_UNIT}\")\nset(made \"${CALSYNC_MADE}\")\nset(bin \"${CMAKE_INSTALL_BINDIR}\")")
install(CODE [[
  file(READ "${unit}" text)
  string(REPLACE "ExecStart=/usr/bin/" "ExecStart=${CMAKE_INSTALL_PREFIX}/${bin}/" text "${text}")
  file(WRITE "${made}/calsyncd.service" "${text}")
]])
install(FILES ${CALSYNC_MADE}/calsyncd.service ${CMAKE_SOURCE_DIR}/deploy/systemd/calsyncd.socket DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/calsyncd.sysusers DESTINATION lib/sysusers.d RENAME calsyncd.conf)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/systemd/calsyncd.tmpfiles DESTINATION lib/tmpfiles.d RENAME calsyncd.conf)

install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/SECURITY.md ${CMAKE_SOURCE_DIR}/deploy/calsyncd.yaml ${CMAKE_SOURCE_DIR}/deploy/asyncapi.json
              ${CMAKE_SOURCE_DIR}/deploy/openapi.json DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/deploy/schemas ${CMAKE_SOURCE_DIR}/deploy/reference ${CMAKE_SOURCE_DIR}/deploy/example-org
        ${CMAKE_SOURCE_DIR}/deploy/github-actions ${CMAKE_SOURCE_DIR}/deploy/gitlab ${CMAKE_SOURCE_DIR}/deploy/prometheus ${CMAKE_SOURCE_DIR}/deploy/grafana
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/deploy/consumers DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN __pycache__ EXCLUDE)  # run by a Python of their own
