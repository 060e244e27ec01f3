# One static library per folder of src/, one test program per folder of tests/.

# Flags that every target of figment is built with.
add_library(figment_flags INTERFACE)
target_compile_options(figment_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow=local
                       -Wno-missing-field-initializers)  # Vulkan structures are made by naming their sType
if(FIGMENT_WARNINGS_AS_ERRORS)
  target_compile_options(figment_flags INTERFACE -Werror)
endif()
if(FIGMENT_SANITIZE)
  target_compile_options(figment_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(figment_flags INTERFACE -fsanitize=address,undefined)
endif()

# figment_library(name [DEPENDS lib...] [USES third_party target...])
# Builds src/<name>/**/*.cpp as figment_<name>. DEPENDS are folders beneath it (see tests/layering).
function(figment_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    add_library(figment_${name} INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(figment_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(figment_${name} PRIVATE figment_flags)
  endif()
  target_include_directories(figment_${name} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
                             $<INSTALL_INTERFACE:include/figment>)
  list(TRANSFORM ARG_DEPENDS PREPEND figment_)
  target_link_libraries(figment_${name} ${scope} ${ARG_DEPENDS} ${ARG_USES})
endfunction()

# figment_test(name [DEPENDS lib...] [USES target...] [LABELS label...])
# Builds tests/<name>/**/*_test.cpp as test_<name> and registers it as one ctest entry.
function(figment_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;USES;LABELS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  list(TRANSFORM ARG_DEPENDS PREPEND figment_)
  target_link_libraries(test_${name} PRIVATE figment_flags ${ARG_DEPENDS} ${ARG_USES} third_party::gtest)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE FIGMENT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  if(ARG_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
endfunction()
