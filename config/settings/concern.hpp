// Which errors of a settings file matter to a program that needs only a part of it (DESIGN §5). Pure.
#pragma once
#include "config/settings/settings.hpp"

#include <span>

namespace calsync {

// `needed`: settings or whole sections, by path ("log.path", "kafka"). An error about the file as a whole, about
// a section that holds a needed setting, or about an unknown key that may be meant as one, concerns everybody.
bool concerns(const SettingsError& error, std::span<const std::string_view> needed);

}  // namespace calsync
