# The program: everything of src/cli, with the JSON Schemas as text inside.
set(schema_source ${PROJECT_BINARY_DIR}/generated/schema_texts.cpp)
file(READ src/cli/schema/manifest.json FANOUT_MANIFEST_SCHEMA)
file(READ src/cli/schema/result.json FANOUT_RESULT_SCHEMA)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  src/cli/schema/manifest.json src/cli/schema/result.json)
configure_file(src/cli/schema_texts.cpp.in ${schema_source} @ONLY)

file(GLOB cli_sources CONFIGURE_DEPENDS src/cli/*.cpp)
list(REMOVE_ITEM cli_sources ${PROJECT_SOURCE_DIR}/src/cli/main.cpp)
add_library(fanout_cli OBJECT ${cli_sources} ${schema_source})
target_include_directories(fanout_cli PUBLIC ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(fanout_cli PRIVATE FANOUT_VERSION="${PROJECT_VERSION}")
target_link_libraries(fanout_cli PUBLIC fanout PRIVATE fanout_settings fanout_dependencies)

add_executable(fanout_program src/cli/main.cpp)
set_target_properties(fanout_cli fanout_program PROPERTIES POSITION_INDEPENDENT_CODE ON)
set_target_properties(fanout_program PROPERTIES OUTPUT_NAME fanout)
target_link_libraries(fanout_program PRIVATE fanout_cli fanout fanout_settings)
# To find and relocate these is a fifth of what starting the program takes.
if(NOT FANOUT_SANITIZE)
  target_link_options(fanout_program PRIVATE -static-libstdc++ -static-libgcc)
endif()
