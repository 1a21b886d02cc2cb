// Reading Cal.com's objects tolerantly: a member of another type than expected, or null, or empty, is not
// carried. Every text that comes out of here has lost its secrets (redact.hpp). Pure.
#pragma once
#include "state/base/time.hpp"
#include "state/events/integer.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calsync {

class Fields {
 public:
  // `warnings` collects what was there and could not be used; names only, never values.
  Fields(const boost::json::object& object, std::vector<std::string>& warnings)
      : object_(&object), warnings_(&warnings) {}

  [[nodiscard]] const boost::json::value* find(std::string_view name) const {
    return object_->if_contains(name);
  }
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  // No longer than an id or a word may be.
  [[nodiscard]] std::optional<std::string> name(std::string_view name) const;
  // As sent: to hash, never to publish.
  [[nodiscard]] std::optional<std::string> secret(std::string_view name) const;
  [[nodiscard]] std::optional<Integer> integer(std::string_view name) const;
  [[nodiscard]] std::optional<Integer> amount(std::string_view name) const;  // as integer(); else a warning
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
  [[nodiscard]] std::optional<Instant> instant(std::string_view name) const;  // else a warning
  [[nodiscard]] std::optional<Fields> object(std::string_view name) const;
  [[nodiscard]] const boost::json::array* array(std::string_view name) const;
  [[nodiscard]] std::optional<Fields> as_object(const boost::json::value& value) const;
  [[nodiscard]] const boost::json::object& raw() const { return *object_; }
  void warn(std::string what) const { warnings_->push_back(std::move(what)); }

 private:
  const boost::json::object* object_;
  std::vector<std::string>* warnings_;
};

std::optional<Integer> to_integer(const boost::json::value& value);

}  // namespace calsync
