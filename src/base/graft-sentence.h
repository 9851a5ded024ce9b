/* graft-sentence.h: what goes into a translated sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A translation is a sentence as a whole, never a piece of one: other languages order the pieces
 * otherwise. So who composes a message hands on the sentence with a "%s" where its subject
 * stands.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Room for any number of 64 bits, with the NUL. */
#define GRAFT_NUMBER_SIZE 21

/**
 * GRAFT_NUMBER:
 * @value: a number of up to 64 bits without a sign
 *
 * @value in decimal digits, for a "%s" of a translated sentence: the formats of 64 bits are macros,
 * which xgettext cannot read.
 *
 * Returns: (transfer none): valid until the end of the enclosing block
 */
#define GRAFT_NUMBER(value) graft_number_print (value, (char[GRAFT_NUMBER_SIZE]){ 0 })

/* Use GRAFT_NUMBER(). Returns @buffer, of GRAFT_NUMBER_SIZE bytes. */
const char *graft_number_print (guint64 value, char *buffer);

/**
 * graft_sentence_about:
 * @sentence: a translated sentence with one "%s"
 * @subject: what the sentence is about
 *
 * The sentence need be no literal, as a format must; it has no directive but the one.
 *
 * Returns: (transfer full): the sentence with @subject in it
 */
char *graft_sentence_about (const char *sentence, const char *subject);

G_END_DECLS
