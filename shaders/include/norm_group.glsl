// How a team walks the texels of one picture and group. Needs team.glsl, index.glsl and the push constants tasks, groups,
// steps, channels, width, lane_width, and the constant `vectors`.
struct GroupWalk {
  int channel;     // first texel of the group within a step
  int origin;      // texel of the group at step 0
  int end;         // one past the picture
  int first_step;  // of this lane
  int stride;      // texels between this lane's steps
  int quad;        // first texel of the group that this lane looks at; then every lane_width-th
  int lane_width;
  int width;
  int channels;
  float count;     // elements of the group
};

GroupWalk group_walk(int task) {
  GroupWalk walk;
  const int picture = quotient(task, groups);
  walk.channel = (task - picture * groups) * width;
  walk.origin = picture * steps * channels + walk.channel;
  walk.end = (picture + 1) * steps * channels;
  walk.first_step = quotient(team_lane(), lane_width);
  walk.quad = team_lane() - walk.first_step * lane_width;
  walk.stride = quotient(team_lanes(), lane_width) * channels;
  walk.lane_width = lane_width;
  walk.width = width;
  walk.channels = channels;
  walk.count = float(steps * width * (vectors ? 4 : 1));
  return walk;
}
