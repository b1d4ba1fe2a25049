/* Samples of a trace in work, as records of a file. */
#include "trace/trace_work.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/crc.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_BYTES ((size_t)1 << 40)

static const char MAGIC[8] = "PTWORK1";

/* What the file begins with. */
struct head {
    char magic[8];
    int64_t step;
    uint64_t n_players, n_samples, record_bytes;
    uint32_t network_crc, samples_crc;
};

/* What a record begins with; the results of the sample follow. */
struct record_head {
    uint32_t crc; /* of the rest of the record */
    uint32_t sample;
};

struct trace_work {
    struct pt_trace *trace;
    size_t record_bytes;
    unsigned char *record;
    char path[PATH_MAX];
};

enum { MAX_FIELDS = 11 };

/* Where the results of a sample lie. */
struct field {
    void *values;
    size_t n_bytes;
};

static size_t fields_of(const struct pt_trace *t, size_t i, struct field fields[MAX_FIELDS])
{
    size_t n_sets = (size_t)1 << t->n_players, n = 0;
    double *const tables[] = {t->v, t->I_and, t->I_or, t->noise};
    for (size_t k = 0; k < 4; k++)
        if (tables[k])
            fields[n++] = (struct field){tables[k] + i * n_sets, n_sets * sizeof(double)};
    double *const ends[] = {t->v_empty, t->v_full};
    for (size_t k = 0; k < 2; k++)
        if (ends[k])
            fields[n++] = (struct field){ends[k] + i, sizeof(double)};
    if (t->live_players)
        fields[n++] = (struct field){t->live_players + i, sizeof *t->live_players};
    fields[n++] = (struct field){t->objective + i, sizeof *t->objective};
    fields[n++] = (struct field){t->dual_bound + i, sizeof *t->dual_bound};
    fields[n++] = (struct field){t->iterations + i, sizeof *t->iterations};
    fields[n++] = (struct field){t->status + i, sizeof *t->status};
    return n;
}

static size_t record_bytes(const struct pt_trace *trace)
{
    struct field fields[MAX_FIELDS];
    size_t n_bytes = sizeof(struct record_head);
    for (size_t n = fields_of(trace, 0, fields); n-- > 0;)
        n_bytes += fields[n].n_bytes;
    return n_bytes;
}

static uint32_t record_crc(const unsigned char *record, size_t n_bytes)
{
    size_t first = sizeof(uint32_t);
    return crc_add(0, record + first, n_bytes - first);
}

static struct head head_of(const struct trace_work *work, uint32_t network_crc)
{
    const struct pt_trace *t = work->trace;
    struct head head = {.step = t->step,
                        .n_players = t->n_players,
                        .n_samples = t->n_samples,
                        .record_bytes = work->record_bytes,
                        .network_crc = network_crc};
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    uint32_t crc = crc_add(0, t->sample_index, t->n_samples * sizeof *t->sample_index);
    crc = crc_add(crc, t->split, t->n_samples * sizeof *t->split);
    head.samples_crc = crc_add(crc, t->players, t->n_samples * t->n_players * sizeof *t->players);
    return head;
}

/* Whether the record is whole; its sample is done then. */
static int take_record(struct trace_work *work, const unsigned char *record, char *done)
{
    struct record_head head;
    struct field fields[MAX_FIELDS];
    memcpy(&head, record, sizeof head);
    if (head.sample >= work->trace->n_samples || head.crc != record_crc(record, work->record_bytes))
        return 0;
    const unsigned char *from = record + sizeof head;
    size_t n = fields_of(work->trace, head.sample, fields);
    for (size_t k = 0; k < n; from += fields[k++].n_bytes)
        memcpy(fields[k].values, from, fields[k].n_bytes);
    done[head.sample] = 1;
    return 1;
}

/* Takes all records over; returns how many bytes of the file are good: 0 for another trace's. */
static size_t take_all(struct trace_work *work, const struct head *head, const unsigned char *bytes,
                       size_t n_bytes, char *done)
{
    size_t n_good = sizeof *head;
    if (n_bytes < n_good || memcmp(bytes, head, sizeof *head) != 0)
        return 0;
    while (n_bytes - n_good >= work->record_bytes && take_record(work, bytes + n_good, done))
        n_good += work->record_bytes;
    return n_good;
}

static int take_file(struct trace_work *work, const struct head *head, char *done,
                     struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    int status = file_read(work->path, LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    size_t n_good = take_all(work, head, bytes, n_bytes, done);
    mem_free(bytes);
    if (n_good == 0)
        return file_replace(work->path, head, sizeof *head, error);
    return n_good < n_bytes ? file_cut(work->path, n_good, error) : PT_OK;
}

int trace_work_open(const char *path, uint32_t network_crc, struct pt_trace *trace, char *done,
                    struct trace_work **work, struct pt_error *error)
{
    struct trace_work *opened = mem_alloc(1, sizeof *opened, error);
    if (!opened)
        return PT_E_MEMORY;
    opened->trace = trace;
    opened->record_bytes = record_bytes(trace);
    snprintf(opened->path, sizeof opened->path, "%s", path);
    opened->record = mem_alloc(opened->record_bytes, 1, error);
    int status = opened->record ? PT_OK : PT_E_MEMORY;
    if (!status) {
        struct head head = head_of(opened, network_crc);
        status = file_exists(path) ? take_file(opened, &head, done, error)
                                   : file_append(path, &head, sizeof head, error);
    }
    if (status)
        trace_work_close(opened);
    else
        *work = opened;
    return status;
}

int trace_work_add(struct trace_work *work, size_t i, struct pt_error *error)
{
    struct record_head head = {.sample = (uint32_t)i};
    struct field fields[MAX_FIELDS];
    unsigned char *to = work->record + sizeof head;
    size_t n = fields_of(work->trace, i, fields);
    for (size_t k = 0; k < n; to += fields[k++].n_bytes)
        memcpy(to, fields[k].values, fields[k].n_bytes);
    memcpy(work->record, &head, sizeof head);
    head.crc = record_crc(work->record, work->record_bytes);
    memcpy(work->record, &head, sizeof head);
    return file_append(work->path, work->record, work->record_bytes, error);
}

void trace_work_close(struct trace_work *work)
{
    if (!work)
        return;
    mem_free(work->record);
    mem_free(work);
}
