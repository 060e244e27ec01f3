#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Strided copies of floats.
#define SAMPLER samplerBuffer
#define VECTOR vec4
#define SCALAR float
#include "transpose.glsl"
