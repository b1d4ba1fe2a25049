/* Writing and finding of checkpoints. */
#include "train/checkpoint.h"

#include "base/fsio.h"
#include "base/log.h"

#define PATH_BYTES 4096

/* In the order in which they are looked at. NEXT is whole when it is there: the newest, which has
 * not become the last one yet. */
static const char NEXT[] = "snapshots/next.safetensors";
static const char LAST[] = "snapshots/last.safetensors";
static const char BEFORE_LAST[] = "snapshots/last-1.safetensors";

/* The file under NEXT becomes the last one. */
static int promote(const char *directory, const char *next, struct pt_error *error)
{
    char last[PATH_BYTES], before_last[PATH_BYTES];
    int status = path_join(last, sizeof last, directory, LAST, error);
    if (!status)
        status = path_join(before_last, sizeof before_last, directory, BEFORE_LAST, error);
    if (!status && file_exists(last))
        status = file_rename(last, before_last, error);
    return status ? status : file_rename(next, last, error);
}

int checkpoint_write(const char *directory, struct pt_network *network,
                     const struct trainer *trainer, struct pt_error *error)
{
    char next[PATH_BYTES];
    const struct snapshot_moment moment = {trainer_steps_done(trainer), trainer_epoch(trainer)};
    const struct snapshot_optimizer optimizer = trainer_optimizer(trainer);
    int status = path_join(next, sizeof next, directory, NEXT, error);
    if (!status)
        status = snapshot_write(network, &optimizer, moment, next, error);
    return status ? status : promote(directory, next, error);
}

static int remove_one(const char *directory, const char *name, struct pt_error *error)
{
    char path[PATH_BYTES];
    int status = path_join(path, sizeof path, directory, name, error);
    return status || !file_exists(path) ? status : file_remove(path, error);
}

int checkpoint_read(const char *directory, long last_step, struct pt_network *network,
                    struct trainer *trainer, const struct pt_log *log, struct pt_error *error)
{
    const char *const names[] = {NEXT, LAST, BEFORE_LAST};
    long step = 0;
    const struct snapshot_target target = {.kind = trainer_optimizer(trainer).kind,
                                           .state = trainer_state(trainer),
                                           .last_step = last_step,
                                           .step = &step};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[PATH_BYTES], text[PT_ERROR_FILE_BYTES + 512];
        struct pt_error reason = {0};
        int status = path_join(path, sizeof path, directory, names[i], error);
        if (status || !file_exists(path))
            continue;
        status = snapshot_read(network, &target, path, &reason);
        if (!status) {
            trainer_resume(trainer, step);
            return PT_OK;
        }
        if (status == PT_E_MEMORY) {
            if (error)
                *error = reason;
            return status;
        }
        pt_error_format(&reason, text, sizeof text);
        log_message(log, PT_LOG_WARNING, "%s; this checkpoint is passed over", text);
    }
    return PT_OK;
}

int checkpoint_settle(const char *directory, struct pt_error *error)
{
    int status = remove_one(directory, NEXT, error);
    return status ? status : remove_one(directory, BEFORE_LAST, error);
}
