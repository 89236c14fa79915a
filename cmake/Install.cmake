# Where everything belongs: program, library, headers, package files, manual, completions.
include(CMakePackageConfigHelpers)

# The dependencies are inside the library: a user of it needs its headers and nothing else.
install(TARGETS fanout EXPORT fanout_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS fanout_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/fanout DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/fanout)
install(EXPORT fanout_targets NAMESPACE fanout:: DESTINATION ${package_dir})
configure_package_config_file(cmake/fanoutConfig.cmake.in
  ${PROJECT_BINARY_DIR}/generated/fanoutConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/fanoutConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/fanoutConfig.cmake
              ${PROJECT_BINARY_DIR}/generated/fanoutConfigVersion.cmake
        DESTINATION ${package_dir})

install(FILES man/fanout.1 man/fanout-xargs.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES man/fanout-manifest.5 man/fanout-result.5 man/fanout-journal.5
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES man/fanout-migrating.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES completions/fanout.bash RENAME fanout
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/_fanout DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/fanout.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
