#include "config/settings/secret_ref.hpp"
