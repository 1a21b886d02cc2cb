#include "config/yaml/yaml_tree.hpp"

#include "config/yaml/near_name.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <unordered_map>

namespace calsync {
namespace {

int line_of(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : mark.line + 1;
}
int column_of(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : mark.column + 1;
}

struct TooMuch {  // thrown through yaml-cpp, which unwinds cleanly
  YAML::Mark mark;
  std::string what;
};

class Builder final : public YAML::EventHandler {
 public:
  Builder(const YamlReport& report, const YamlLimits& limits) : report_(report), limits_(limits) {}
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw TooMuch{mark, "a second document begins here: one file is one document"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    add(made(YamlNode::Kind::null, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    report_(line_of(mark), column_of(mark), "aliases (*name) are not allowed: write the value out");
    add(made(YamlNode::Kind::null, mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    YamlNode node = made(YamlNode::Kind::scalar, mark);
    node.quoted = tag == "!";
    node.text = value;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    std::optional<YamlMember> key;                // read, its value is still to come
    std::unordered_map<std::string, int> keys{};  // and the line of each
  };

  static YamlNode made(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = line_of(mark);
    node.column = column_of(mark);
    return node;
  }

  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (++values_ > limits_.values) throw TooMuch{mark, "too many values for " + std::string(limits_.what)};
    if (anchor != 0)
      report_(line_of(mark), column_of(mark),
              "anchors (&name) are not allowed: write the value out where it is wanted");
    if (!tag.empty() && tag != "?" && tag != "!")
      report_(line_of(mark), column_of(mark), "tags (!name) are not allowed: leave it out");
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    check(mark, tag, anchor);
    if (open_.size() >= yaml_depth_max)
      throw TooMuch{mark, "nested too deeply for " + std::string(limits_.what)};
    open_.push_back({made(kind, mark), {}, {}});
  }

  void close() {
    YamlNode done = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(done));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      begin_member(parent, node);
    } else {
      parent.key->value = std::move(node);
      if (parent.key->line > 0) parent.node.members.push_back(*std::move(parent.key));
      parent.key.reset();
    }
  }

  // line 0 marks a member that was refused: its value is read and dropped.
  void begin_member(Open& parent, const YamlNode& key) {
    parent.key = YamlMember{key.text, key.line, key.column, {}};
    if (key.kind != YamlNode::Kind::scalar) {
      report_(key.line, key.column, "a key must be plain text");
      parent.key->line = 0;
      return;
    }
    const auto [earlier, is_new] = parent.keys.try_emplace(key.text, key.line);
    if (is_new) return;
    report_(key.line, key.column,
            "the key " + shown_name(key.text) + " is here twice: it is already in line " +
                std::to_string(earlier->second));
    parent.key->line = 0;
  }

  const YamlReport& report_;
  const YamlLimits& limits_;
  YamlNode root_;
  std::vector<Open> open_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

// What yaml-cpp must not see: 0x04, which it takes for the end of the input, so that what follows would be
// ignored in silence; and open brackets without end, for each of which it keeps 250 bytes before the first
// event (measured).
bool is_safe_to_parse(std::string_view text, const YamlReport& report, const YamlLimits& limits) {
  constexpr int unclosed_max = 1000;  // brackets in quotes count too, so more than yaml_depth_max
  int line = 1;
  int unclosed = 0;
  for (const char c : text) {
    if (c == '\n') ++line;
    if (c == '[' || c == '{') ++unclosed;
    if ((c == ']' || c == '}') && unclosed > 0) --unclosed;
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
    if (!control && unclosed <= unclosed_max) continue;
    report(line, 0,
           control ? "a control character: the file must be plain UTF-8 text"
                   : "nested too deeply for " + std::string(limits.what));
    return false;
  }
  return true;
}

}  // namespace

YamlNode parse_yaml(std::string_view text, const YamlReport& report, const YamlLimits& limits) {
  if (text.size() > yaml_bytes_max) {
    report(0, 0, "the file is larger than 1 MiB: too much for " + std::string(limits.what));
    return {};
  }
  if (!is_safe_to_parse(text, report, limits)) return {};
  Builder builder(report, limits);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const TooMuch& e) {
    report(line_of(e.mark), column_of(e.mark), e.what);
    return {};
  } catch (const YAML::Exception& e) {
    report(line_of(e.mark), column_of(e.mark), "not YAML: " + e.msg);
    return {};
  }
  return builder.take();
}

}  // namespace calsync
