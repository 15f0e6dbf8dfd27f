// SPDX-License-Identifier: BSL-1.0
// Sacado's number types without Kokkos and Teuchos. Debian configures Sacado for both, but libtrilinos-sacado-dev does not
// bring their headers; the types used here do not need them.
#pragma once

#include <Sacado_config.h>
#undef HAVE_SACADO_KOKKOSCORE
#undef HAVE_SACADO_KOKKOSCONTAINERS
#undef HAVE_SACADO_TEUCHOSCORE
#undef HAVE_SACADO_TEUCHOSCOMM
#undef HAVE_SACADO_TEUCHOSNUMERICS
#undef HAVE_SACADO_TEUCHOSKOKKOSCOMM
#define TRILINOS_NO_CONFIG_H
#include <Sacado_No_Kokkos.hpp>
