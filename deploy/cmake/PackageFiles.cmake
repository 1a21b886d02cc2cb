# Run by cpack on what is about to be packed: as Debian wants it compressed, and the bill of materials of what it was linked with.
file(GLOB trees ${CPACK_TEMPORARY_DIRECTORY} ${CPACK_TEMPORARY_DIRECTORY}/*)
foreach(tree ${trees})
  file(GLOB_RECURSE texts ${tree}/usr/share/man/*.[18] ${tree}/usr/share/doc/calsync/changelog.Debian)
  foreach(text ${texts})
    if(NOT text MATCHES "\\.gz$")
      execute_process(COMMAND gzip -9nf ${text} COMMAND_ERROR_IS_FATAL ANY)
    endif()
  endforeach()
  if(IS_DIRECTORY ${tree}/usr/share/doc/calsync)
    execute_process(COMMAND ${CPACK_CALSYNC_SOURCE}/deploy/debian/bill-of-materials ${CPACK_CALSYNC_BINARY}/calsyncd ${CPACK_CALSYNC_BINARY}/calsync
                    OUTPUT_FILE ${tree}/usr/share/doc/calsync/sbom.spdx.json COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
