# What fanout is built on, all of it from Debian. A missing package is named in one sentence.
function(fanout_require header package)
  string(MAKE_C_IDENTIFIER "FANOUT_HAS_${header}" variable)
  find_path(${variable} ${header})
  mark_as_advanced(${variable})
  if(NOT ${variable})
    message(FATAL_ERROR "fanout needs ${header}: install the Debian package ${package}.")
  endif()
endfunction()

fanout_require(boost/process/v2.hpp libboost1.81-dev)
fanout_require(boost/asio.hpp libboost1.81-dev)
fanout_require(nlohmann/json.hpp nlohmann-json3-dev)
fanout_require(CLI/CLI.hpp libcli11-dev)
fanout_require(sqlite3.h libsqlite3-dev)
if(PROJECT_IS_TOP_LEVEL AND BUILD_TESTING)
  fanout_require(doctest/doctest.h doctest-dev)
endif()

# Boost.Process v2 came with 1.80.
file(STRINGS ${FANOUT_HAS_boost_asio_hpp}/boost/version.hpp boost_version REGEX "define BOOST_VERSION ")
string(REGEX MATCH "[0-9]+" boost_version "${boost_version}")
if(boost_version LESS 108000)
  message(FATAL_ERROR "fanout needs Boost 1.80 or newer: install the Debian package libboost1.81-dev.")
endif()

find_package(Threads REQUIRED)
add_library(fanout_dependencies INTERFACE)
target_link_libraries(fanout_dependencies INTERFACE Threads::Threads sqlite3)
target_compile_definitions(fanout_dependencies INTERFACE
  BOOST_PROCESS_USE_STD_FS  # otherwise v2 wants Boost.Filesystem, a library to link
  JSON_HAS_CPP_20)
