#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Strided copies of integers.
#define SAMPLER isamplerBuffer
#define VECTOR ivec4
#define SCALAR int
#include "transpose.glsl"
