#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Strided copies of unsigned integers.
#define SAMPLER usamplerBuffer
#define VECTOR uvec4
#define SCALAR uint
#include "transpose.glsl"
