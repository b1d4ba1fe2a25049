/* Where a value is written: in a line of the file, in several, or on the command line. */
#include "config/written.h"

struct place written_part(const struct written *written, size_t offset, size_t n_bytes)
{
    struct place place = written->place;
    place.column += offset;
    place.n_marked = n_bytes;
    if (!written->entry)
        return place;
    const struct ini_part *part = ini_part_at(written->ini, written->entry, offset);
    const struct ini_line *line = &written->ini->lines[part->line - 1];
    size_t n_left =
        part->offset + part->n_bytes > offset ? part->offset + part->n_bytes - offset : 1;
    place.line = part->line;
    place.column = part->column + offset - part->offset;
    place.n_marked = n_bytes < n_left ? n_bytes : n_left;
    place.source = line->text;
    place.n_source_bytes = line->n_bytes;
    return place;
}
