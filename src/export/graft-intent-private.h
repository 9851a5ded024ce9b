/* graft-intent-private.h: names that both halves of the intent use
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#define GRAFT_INTENT_FORWARD "intent.json"
#define GRAFT_INTENT_BACK "rollback.json"
