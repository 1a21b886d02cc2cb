#include "daemon/admin/conditions.hpp"

namespace calsync {

const char* to_text(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

void Conditions::set(const std::string& component, Severity severity, std::string message,
                     bool blocks_ready) {
  const std::lock_guard lock(mutex_);
  Condition& known = by_component_[component];
  if (known.component.empty() || known.message != message || known.severity != severity)
    known = {component, severity, std::move(message), clock_.wall(), blocks_ready};
}

void Conditions::clear(const std::string& component) {
  const std::lock_guard lock(mutex_);
  by_component_.erase(component);
}

std::vector<Condition> Conditions::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Condition> out;
  out.reserve(by_component_.size());
  for (const auto& [component, condition] : by_component_) out.push_back(condition);
  return out;
}

}  // namespace calsync
