/* Fuzz target: the file of a trace in work, whole, and as records behind a head that is right. */
#include "fuzz.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/crc.h"
#include "trace/trace_work.h"

#include <string.h>

enum { N_PLAYERS = 2, N_SAMPLES = 3, NETWORK_CRC = 7, LIMIT_BYTES = 1 << 20 };

static struct pt_trace *create_trace(struct pt_error *error)
{
    struct pt_trace *trace;
    return pt_trace_create(N_PLAYERS, N_SAMPLES, 1, &trace, error) == PT_OK ? trace : NULL;
}

/* Opens the file and closes it; `done` says which samples it had. */
static int look(const char *path, char done[N_SAMPLES], struct pt_error *error)
{
    struct trace_work *work;
    struct pt_trace *trace = create_trace(error);
    if (!trace)
        return PT_E_MEMORY;
    memset(done, 0, N_SAMPLES);
    int status = trace_work_open(path, NETWORK_CRC, trace, done, &work, error);
    if (!status)
        trace_work_close(work);
    pt_trace_free(trace);
    return status;
}

/* What was no good is gone after the first time: the second finds the same. */
static int open_twice(const char *path, struct pt_error *error)
{
    char done[N_SAMPLES], done_again[N_SAMPLES];
    int status = look(path, done, error);
    if (status)
        return status;
    status = look(path, done_again, error);
    fuzz_assert(status || memcmp(done, done_again, N_SAMPLES) == 0);
    return status;
}

/* The bytes of a file with one record, or without: from them follow the lengths of both. */
static size_t sound_file(int n_records, unsigned char **bytes)
{
    struct trace_work *work;
    struct pt_trace *trace = create_trace(NULL);
    char done[N_SAMPLES] = {0};
    size_t n_bytes;
    fuzz_assert(trace && file_remove(fuzz_path("sound.work"), NULL) == PT_OK);
    fuzz_assert(trace_work_open(fuzz_path("sound.work"), NETWORK_CRC, trace, done, &work, NULL) ==
                PT_OK);
    for (int i = 0; i < n_records; i++)
        fuzz_assert(trace_work_add(work, i, NULL) == PT_OK);
    trace_work_close(work);
    pt_trace_free(trace);
    fuzz_assert(file_read(fuzz_path("sound.work"), LIMIT_BYTES, bytes, &n_bytes, NULL) == PT_OK);
    return n_bytes;
}

/* A record begins with the checksum of the rest. */
static void repair_record(unsigned char *record, size_t n_bytes)
{
    uint32_t crc = crc_add(0, record + sizeof crc, n_bytes - sizeof crc);
    memcpy(record, &crc, sizeof crc);
}

static void read_behind_head(const uint8_t *data, size_t size)
{
    unsigned char *head, *one;
    size_t n_head = sound_file(0, &head), n_record = sound_file(1, &one) - n_head;
    unsigned char *bytes = mem_alloc(n_head + size, 1, NULL);
    fuzz_assert(bytes);
    memcpy(bytes, head, n_head);
    memcpy(bytes + n_head, data, size);
    for (size_t at = 0; at + n_record <= size; at += n_record)
        repair_record(bytes + n_head + at, n_record);
    fuzz_read("a.work", bytes, n_head + size, open_twice, 0);
    mem_free(bytes);
    mem_free(head);
    mem_free(one);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read("a.work", data, size, open_twice, 0);
    read_behind_head(data, size);
    return 0;
}
