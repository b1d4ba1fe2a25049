/* The log of a run for machines. */
#include "study/events.h"

#include "analysis/output.h"
#include "analysis/state.h"
#include "base/clock.h"
#include "base/text.h"
#include "phasetrace/version.h"

#include <string.h>
#include <time.h>

#define LOG_LIMIT_BYTES ((size_t)1 << 30)
#define STRING_BYTES 8192

/* ---- A line ---- */

static void utc_now(char text[32])
{
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static struct text start(const struct run *run, const char *name)
{
    struct text line = {0};
    char now[32];
    utc_now(now);
    text_printf(&line, "{\"event\":\"%s\",\"time\":\"%s\",\"elapsed_s\":%.3f", name, now,
                clock_seconds() - run->started_s);
    return line;
}

static void add_integer(struct text *line, const char *key, long long value)
{
    text_printf(line, ",\"%s\":%lld", key, value);
}

static void print_number(struct text *line, double value)
{
    char number[NUMBER_TEXT_BYTES];
    number_text(value, number);
    text_printf(line, "%s", number[0] ? number : "null");
}

static void add_seconds(struct text *line, const char *key, double seconds)
{
    text_printf(line, ",\"%s\":%.3f", key, seconds);
}

/* null where it is no UTF-8, which JSON cannot hold. */
static void add_string(struct text *line, const char *key, const char *value)
{
    char quoted[STRING_BYTES];
    json_t *string = json_string(value);
    size_t n = string ? json_dumpb(string, quoted, sizeof quoted, JSON_ENCODE_ANY) : 0;
    json_decref(string);
    text_printf(line, ",\"%s\":", key);
    if (n > 0 && n <= sizeof quoted)
        text_append(line, quoted, n);
    else
        text_printf(line, "null");
}

static int finish(const struct run *run, struct text *line, struct pt_error *error)
{
    char path[PT_PATH_BYTES], *string;
    text_printf(line, "}\n");
    int status = text_take(line, &string, error);
    if (status)
        return status;
    status = path_join(path, sizeof path, run->outcome->directory, "events.jsonl", error);
    if (!status)
        status = file_append(path, string, strlen(string), error);
    mem_free(string);
    return status;
}

/* ---- Events ---- */

int events_repair(const struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    unsigned char *text;
    size_t n_bytes, n_whole;
    int status = path_join(path, sizeof path, run->outcome->directory, "events.jsonl", error);
    if (status || !file_exists(path))
        return status;
    status = file_read(path, LOG_LIMIT_BYTES, &text, &n_bytes, error);
    if (status)
        return status;
    for (n_whole = n_bytes; n_whole > 0 && text[n_whole - 1] != '\n';)
        n_whole--;
    mem_free(text);
    return n_whole < n_bytes ? file_cut(path, n_whole, error) : PT_OK;
}

int events_begin(const struct run *run, struct pt_error *error)
{
    int is_new = run->member.state == MEMBER_ABSENT;
    struct text line = start(run, is_new ? "started" : "resumed");
    add_integer(&line, "format", EVENTS_FORMAT);
    add_string(&line, "version", pt_version());
    add_string(&line, "name", run->config->run.name);
    add_integer(&line, "seed", (long long)run->config->run.seed);
    add_integer(&line, "threads", run->n_threads);
    text_printf(&line, ",\"trace\":%s", run->with_trace ? "true" : "false");
    add_integer(&line, "step", run->first_step);
    add_integer(&line, "steps", run->n_steps);
    add_integer(&line, "steps_per_epoch", run->steps_per_epoch);
    add_integer(&line, "snapshots", (long long)run->n_snapshots);
    if (run->options->source)
        add_string(&line, "source", run->options->source);
    return finish(run, &line, error);
}

/* The columns of metrics.csv, digit by digit. */
static void add_metrics(const struct run *run, struct text *line)
{
    char header[PT_METRICS_LINE_BYTES], row[PT_METRICS_LINE_BYTES];
    pt_metrics_header(header);
    pt_metrics_format(&run->metrics[run->n_metrics - 1], row);
    const char *name = header, *cell = row;
    while (*name && *name != '\n') {
        int n_name = (int)strcspn(name, ",\n"), n_cell = (int)strcspn(cell, ",\n");
        text_printf(line, ",\"%.*s\":%.*s", n_name, name, n_cell ? n_cell : 4,
                    n_cell ? cell : "null");
        name += n_name + 1;
        cell += n_cell + 1;
    }
}

int events_epoch(const struct run *run, struct pt_error *error)
{
    struct text line = start(run, "epoch");
    add_metrics(run, &line);
    return finish(run, &line, error);
}

int events_snapshot(const struct run *run, struct pt_error *error)
{
    char name[64];
    struct text line = start(run, "snapshot");
    snprintf(name, sizeof name, "snapshots/step_%08ld.safetensors",
             trainer_steps_done(run->trainer));
    add_string(&line, "file", name);
    add_metrics(run, &line);
    return finish(run, &line, error);
}

static void add_orders(struct text *line, const struct pt_spectrum *spectrum, size_t split)
{
    static const char *const kinds[] = {"and", "or", "both"};
    text_printf(line, "\"%s\":{", group_name(split));
    for (size_t kind = 0; kind < 3; kind++) {
        text_printf(line, "%s\"%s\":[", kind ? "," : "", kinds[kind]);
        for (size_t k = 0; k < spectrum->n_players; k++) {
            const struct pt_spectrum_order *order = &spectrum->orders[split][k];
            const double strengths[] = {order->and_strength, order->or_strength, order->strength};
            text_printf(line, k ? "," : "");
            print_number(line, strengths[kind]);
        }
        text_printf(line, "]");
    }
    text_printf(line, "}");
}

static void add_spectrum(struct text *line, const struct pt_spectrum *spectrum)
{
    const char *separator = "";
    text_printf(line, ",\"strength\":{");
    for (size_t split = 0; split < PT_N_SPLITS; split++) {
        if (spectrum->n_samples[split] == 0)
            continue;
        text_printf(line, "%s", separator);
        add_orders(line, spectrum, split);
        separator = ",";
    }
    text_printf(line, "}");
}

int events_trace(const struct run *run, const struct events_trace *event, struct pt_error *error)
{
    struct text line = start(run, "trace");
    add_integer(&line, "step", event->trace->step);
    text_printf(&line, ",\"epoch\":");
    print_number(&line, event->trace->epoch);
    add_string(&line, "file", event->path);
    add_integer(&line, "samples", (long long)event->trace->n_samples);
    add_integer(&line, "players", (long long)event->trace->n_players);
    add_seconds(&line, "seconds", event->seconds);
    add_integer(&line, "unconverged", (long long)event->n_unconverged);
    if (event->spectrum)
        add_spectrum(&line, event->spectrum);
    return finish(run, &line, error);
}

int events_part(const struct run *run, enum pt_run_part part, struct pt_error *error)
{
    static const char *const names[PT_N_PARTS] = {[PT_PART_BASELINES] = "baselines",
                                                  [PT_PART_ANALYSE] = "analysis",
                                                  [PT_PART_DRAW] = "figures"};
    struct text line = start(run, "part");
    add_string(&line, "part", names[part]);
    return finish(run, &line, error);
}

int events_end(const struct run *run, struct pt_error *error)
{
    struct text line = start(run, run->manifest.state);
    add_string(&line, "reason", run->manifest.reason);
    add_integer(&line, "step", trainer_steps_done(run->trainer));
    text_printf(&line, ",\"seconds\":{");
    for (size_t i = 0; i < PT_N_PARTS; i++)
        text_printf(&line, "%s\"%s\":%.3f", i ? "," : "", manifest_times[i],
                    run->outcome->seconds[i]);
    text_printf(&line, "}");
    return finish(run, &line, error);
}
