// How a value of each type is read from YAML and shown as YAML. Pure.
// read_value(): false = reported, `out` is not to be used. No message repeats a value: it may be a secret in
// the wrong place.
#pragma once
#include "config/settings/report.hpp"
#include "config/yaml/yaml_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace calsync {

using Texts = std::vector<std::string>;
using Sources = std::vector<IntakeSource>;
using Properties = std::map<std::string, std::string>;
using Milliseconds = std::chrono::milliseconds;

bool read_value(const YamlNode& node, const std::string& path, std::string& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, SecretRef& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, std::int64_t& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, double& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, bool& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, Milliseconds& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, KafkaMode& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, ReconcileMode& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, Texts& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, Sources& out, Report& report);
bool read_value(const YamlNode& node, const std::string& path, Properties& out, Report& report);

std::string show_value(const std::string& value);
std::string show_value(const SecretRef& value);
std::string show_value(std::int64_t value);
std::string show_value(double value);
std::string show_value(bool value);
std::string show_value(Milliseconds value);
std::string show_value(KafkaMode value);
std::string show_value(ReconcileMode value);
std::string show_value(const Texts& value);
std::string show_value(const Sources& value);
std::string show_value(const Properties& value);  // what looks secret and is no reference is shown as ***

inline std::string type_name(const std::string*) {
  return "text";
}
inline std::string type_name(const SecretRef*) {
  return "secret reference";
}
inline std::string type_name(const std::int64_t*) {
  return "whole number";
}
inline std::string type_name(const double*) {
  return "number";
}
inline std::string type_name(const bool*) {
  return "true or false";
}
inline std::string type_name(const Milliseconds*) {
  return "duration";
}
inline std::string type_name(const KafkaMode*) {
  return "cluster | embedded";
}
inline std::string type_name(const ReconcileMode*) {
  return "off | observe | plan | apply";
}
inline std::string type_name(const Texts*) {
  return "list of text";
}
inline std::string type_name(const Sources*) {
  return "list of {id, secrets}";
}
inline std::string type_name(const Properties*) {
  return "map of text";
}

}  // namespace calsync
