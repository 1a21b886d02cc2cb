#include "config/yaml/near_name.hpp"

#include "state/base/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace calsync {

// Levenshtein, two rows. A swap of neighbours costs 2; that is near enough.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row[b.size()];
}

std::string near_name(std::string_view written, const std::vector<std::string>& known) {
  if (written.size() > 64) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(2, written.size() / 3) + 1;
  for (const std::string& name : known) {
    const std::size_t longer = std::max(name.size(), written.size());
    if (longer - std::min(name.size(), written.size()) >= least) continue;  // so far apart at least
    const std::size_t distance = edit_distance(written, name);
    if (distance < least && distance < name.size()) {
      least = distance;
      best = name;
    }
  }
  return best;
}

std::string shown_name(std::string_view name) {
  return plain_line(name, 64);
}

std::vector<std::string> in_given_order(std::vector<std::string> unknown,
                                        const std::vector<std::string>& given) {
  std::vector<std::string> ordered;
  for (const std::string& word : given) {
    const auto found = std::ranges::find(unknown, word);
    if (found == unknown.end()) continue;
    ordered.push_back(word);
    unknown.erase(found);
  }
  std::ranges::move(unknown, std::back_inserter(ordered));
  return ordered;
}

std::string not_expected(const std::vector<std::string>& unknown, const std::vector<std::string>& known) {
  std::string options;
  std::string words;
  std::string near;
  for (const std::string& word : unknown) {
    std::string& list = word.starts_with('-') ? options : words;
    list += (list.empty() ? "" : ", ") + shown_name(word);
    if (near.empty() && word.starts_with('-')) near = near_name(word.substr(0, word.find('=')), known);
  }
  if (options.empty()) return "not expected here: " + words;
  return "there is no option " + options + (near.empty() ? "" : "; did you mean " + near + "?");
}

}  // namespace calsync
