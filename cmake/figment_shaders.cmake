# figment_embed_shaders(target shader...): compiles each GLSL file with glslc at build time and makes
# one C++ table of them all: figment::gpu::embedded_shaders() of src/gpu/embedded_shaders.h.
find_program(GLSLC glslc REQUIRED)

function(figment_embed_shaders target)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/spirv)
  file(MAKE_DIRECTORY ${directory})
  set(table "#include \"gpu/embedded_shaders.h\"\n\nnamespace {\n")
  set(rows "")
  set(outputs "")
  foreach(shader ${ARGN})
    cmake_path(GET shader FILENAME file)
    string(MAKE_C_IDENTIFIER ${file} symbol)
    set(output ${directory}/${file}.inc)
    add_custom_command(
      OUTPUT ${output}
      COMMAND ${GLSLC} --target-env=vulkan1.3 -O -I ${PROJECT_SOURCE_DIR}/shaders/include -mfmt=num
              -MD -MF ${output}.d -o ${output} ${shader}
      DEPENDS ${shader}
      DEPFILE ${output}.d
      COMMENT "Compiling shader ${file}"
      VERBATIM)
    list(APPEND outputs ${output})
    string(APPEND table "constexpr std::uint32_t ${symbol}[] = {\n#include \"${output}\"\n};\n")
    string(APPEND rows "    {\"${file}\", ${symbol}},\n")
  endforeach()
  string(APPEND table "constexpr figment::gpu::EmbeddedShader table[] = {\n${rows}};\n}  // namespace\n\n")
  string(APPEND table "std::span<const figment::gpu::EmbeddedShader> figment::gpu::embedded_shaders() { return table; }\n")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_shaders.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "${table}" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${outputs}")
  add_library(${target} STATIC ${source})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
endfunction()
