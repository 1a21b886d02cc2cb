# `cpack` in the build directory: a Debian package (DESIGN §3, Package). What `cmake --install` puts into a prefix, and besides the settings
# as a conffile, the maintainer scripts of deploy/debian, copyright and changelog, and a bill of materials (SPDX).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME calsync)
set(CPACK_PACKAGE_VENDOR "calsync")
set(CPACK_PACKAGE_CONTACT "The calsync maintainers <maintainers@calsync.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Cal.com as events in Kafka, and its organisation as code")
set(CPACK_PACKAGE_DESCRIPTION "calsyncd takes Cal.com's signed webhooks and API polls into a durable
 log and publishes clean booking and out-of-office events to Kafka exactly
 once. It keeps a live Cal.com organisation equal to its configuration in
 Git; calsync is its command line.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_FILE_NAME "calsync_${PROJECT_VERSION}_${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "git, openssh-client")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/conffiles ${CMAKE_SOURCE_DIR}/deploy/debian/postinst
    ${CMAKE_SOURCE_DIR}/deploy/debian/prerm ${CMAKE_SOURCE_DIR}/deploy/debian/postrm)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/deploy/cmake/PackageFiles.cmake)

# All in one package, with the component that only a package has.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL Unspecified package)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/calsyncd.yaml DESTINATION /etc/calsync COMPONENT package EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT package EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/debian/changelog DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME changelog.Debian COMPONENT package EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_SOURCE_DIR}/deploy/debian/calsync.lintian DESTINATION share/lintian/overrides RENAME calsync COMPONENT package EXCLUDE_FROM_ALL)
set(CPACK_CALSYNC_SOURCE ${CMAKE_SOURCE_DIR})
set(CPACK_CALSYNC_BINARY ${CMAKE_BINARY_DIR})
include(CPack)
