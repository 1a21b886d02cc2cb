#include "config/desired/checks.hpp"
#include "config/desired/desired.hpp"
#include "config/desired/join_sections.hpp"
#include "config/desired/policy_reader.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::size_t values_of_a_file = 200'000;

std::size_t count(const YamlNode& node) {
  std::size_t values = 1;
  for (const YamlNode& item : node.items) values += count(item);
  for (const YamlMember& member : node.members) values += 1 + count(member.value);
  return values;
}

// Of a file that is read next.
YamlLimits limits(const Reading& reading) {
  const std::size_t left = values_most - std::min(values_most, reading.values);
  if (left < values_of_a_file) return {.values = left, .what = "a configuration, all its files together"};
  return {.values = values_of_a_file, .what = "a configuration file"};
}

std::vector<std::string> top_level_keys() {
  std::vector<std::string> out{"policy"};
  for (const ResourceKind* kind : all_kinds())
    if (!kind->section.empty()) out.emplace_back(kind->section);
  return out;
}

void read_file(const SourceFile& file, std::vector<Stated>& stated, Policy& policy, Reading& reading) {
  const YamlReport report = [&](int line, int column, std::string what) {
    reading.error({file.path, line, column}, std::move(what));
  };
  if (file.text.starts_with("version https://git-lfs.github.com/spec/"))
    return reading.error({file.path, 1, 1},
                         file.path + " is a pointer of Git LFS, not the file itself: commit it without LFS");
  const YamlLimits at_most = limits(reading);
  const std::size_t told = reading.errors;
  const YamlNode root = parse_yaml(file.text, report, at_most);
  const bool in_vain = reading.errors > told;  // it was read nevertheless, and a value has two bytes at least
  reading.values += in_vain ? std::min(at_most.values, file.text.size() / 2) : count(root);
  if (root.kind == YamlNode::Kind::null) return;
  if (root.kind != YamlNode::Kind::map) {
    reading.error(place_of(file.path, root), "the file must be an object: {teams: […], users: […] …}");
    return;
  }
  for (const YamlMember& member : root.members) {
    if (reading.errors >= findings_most) return;
    if (member.key == "policy") {
      read_policy(file.path, member.value, policy, reading);
    } else if (const ResourceKind* kind = find_section(member.key)) {
      auto items = read_section(*kind, file.path, member.value, reading);
      std::ranges::move(items, std::back_inserter(stated));
    } else {
      reading.unknown(place_of(file.path, member), "a configuration", member.key, top_level_keys());
    }
  }
}

}  // namespace

bool ReadDesired::good() const {
  return std::ranges::all_of(findings, &Finding::warning);
}

ReadDesired read_desired(std::span<const SourceFile> files, const DesiredFacts& facts) {
  std::vector<const SourceFile*> in_order;
  for (const SourceFile& file : files) in_order.push_back(&file);
  std::ranges::sort(in_order, {}, [](const SourceFile* file) { return file->path; });
  Reading reading{facts};
  ReadDesired out;
  std::vector<Stated> stated;
  for (const SourceFile* file : in_order)
    if (reading.errors < findings_most) read_file(*file, stated, out.desired.policy, reading);
  out.desired.resources = join_sections(std::move(stated), reading);
  check_references(out.desired, reading);
  check_rules(out.desired, reading);
  out.findings = std::move(reading.findings);
  out.more = reading.errors - std::min(reading.errors, findings_most);
  std::ranges::sort(out.findings);
  out.findings.erase(std::unique(out.findings.begin(), out.findings.end()), out.findings.end());
  return out;
}

std::string to_text(const Finding& finding) {
  return finding.place.text() + ": " + (finding.warning ? "warning: " : "") + finding.what;
}

}  // namespace calsync
