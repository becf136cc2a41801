# cmake -DOUT=FILE.cpp -DDEFAULT=default.yaml -DREPLAY=replay.yaml
#       -DTARGETS=benchmark_targets.yaml -DRULES=alerts.yml -DSLOS=slos.yml
#       -DMODEL=synthetic-1s.json -P EmbedConfig.cmake
#
# Writes the configuration files into a source file as raw strings.
file(READ ${DEFAULT} default_text)
file(READ ${REPLAY} replay_text)
file(READ ${TARGETS} targets_text)
file(READ ${RULES} rules_text)
file(READ ${SLOS} slos_text)
file(READ ${MODEL} model_text)
file(WRITE ${OUT} "#include \"engine/config/embedded_config.h\"

namespace vigil::engine {

std::string_view default_config_text() noexcept {
  return R\"yaml_text(${default_text})yaml_text\";
}

std::string_view replay_config_text() noexcept {
  return R\"yaml_text(${replay_text})yaml_text\";
}

std::string_view benchmark_targets_text() noexcept {
  return R\"yaml_text(${targets_text})yaml_text\";
}

std::string_view built_in_rules_text() noexcept {
  return R\"yaml_text(${rules_text})yaml_text\";
}

std::string_view built_in_slos_text() noexcept {
  return R\"yaml_text(${slos_text})yaml_text\";
}

std::string_view built_in_model_text() noexcept {
  return R\"json_text(${model_text})json_text\";
}

}  // namespace vigil::engine
")
