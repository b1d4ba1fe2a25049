/* Threads that help with short pieces of work, as soon and as long as they have a processor. */
#define _GNU_SOURCE
#include "phasetrace/crew.h"

#include "base/clock.h"
#include "base/crew.h"
#include "base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

/* A helper watches for work so long before it goes to sleep: waking it takes tens of them. */
#define WATCH_S 200e-6
#define MOST_TURN_S 50e-6
/* Waking may itself take tens of microseconds, where the helper's processor is busy. */
#define LEAST_WAKE_S 1e-3
/* Waiting for a helper costs less than this unless its processor has been taken away. */
#define PATIENCE_S 100e-6
/* A helper that was late stays away, first as long as it was waited for, then twice as long each
 * time: less and less is lost to a processor that others use. It counts as reliable again when it
 * was not late for a while, so that a hiccup costs little. */
#define MOST_RESTS 32
#define RELIABLE 16 /* times as long as it was waited for */
#define MOST_REST_S 1.0
#define SHARED_S 100e-6 /* how late a helper counts that shares the caller's processor */

enum { SHARES = 4, MOST_ITEMS = UINT16_MAX, TURNS_A_LOOK = 64, CACHE_LINE = 64 };

/*
 * What is left of a member's part of the work: items first <= i < last. All in one word, with the
 * number of the work: taking items changes the word, which fails unless it is the one that was
 * seen.
 */
struct part {
    _Alignas(CACHE_LINE) _Atomic uint64_t word; /* number 32, first 16, last 16 bits */
};

struct helper {
    struct pt_crew *crew;
    int member;
    pthread_t thread;
    double since_s; /* when it began, or came back from its rest */
    int n_rests;    /* as long as this many times it was waited for */
};

struct pt_crew {
    int n_members; /* with the caller */
    struct helper *helpers;
    struct part *parts; /* [n_members] */

    /* The work handed out; they stay while an item of it is in somebody's hands. */
    uint32_t number;
    crew_work *work;
    void *context;
    size_t first_item;
    double woken_s; /* when helpers were last woken */

    _Alignas(CACHE_LINE) _Atomic size_t n_helped; /* items that helpers have finished */
    _Atomic double waiting_s;                     /* since when the caller waits; 0: it does not */
    _Atomic double patience_s;                    /* how long it may last */
    _Atomic int processor;                        /* that the caller runs on */

    _Alignas(CACHE_LINE) _Atomic int n_asleep;
    _Atomic int is_closing;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

static uint64_t part_word(uint32_t number, size_t first, size_t last)
{
    return (uint64_t)number << 32 | (uint64_t)first << 16 | (uint64_t)last;
}

static uint32_t part_number(const struct part *part)
{
    return (uint32_t)(atomic_load(&part->word) >> 32);
}

/*
 * Takes items of work `number` out of a part: many at first, so that taking costs little, then
 * fewer, so that all end together. Its owner takes from the front: then the data of an item is
 * likely to be in the owner's cache from the work before. Returns how many items.
 */
static size_t take(struct part *part, uint32_t number, int is_owner, size_t *item)
{
    uint64_t word = atomic_load(&part->word), rest;
    size_t n;
    do {
        size_t first = word >> 16 & UINT16_MAX, last = word & UINT16_MAX;
        if ((uint32_t)(word >> 32) != number || first == last)
            return 0;
        n = (last - first + SHARES - 1) / SHARES;
        *item = is_owner ? first : last - n;
        rest = is_owner ? part_word(number, first + n, last) : part_word(number, first, last - n);
    } while (!atomic_compare_exchange_weak(&part->word, &word, rest));
    return n;
}

/* Does items of work `number`, of the member's own part if there are any; returns how many. */
static size_t do_some(struct pt_crew *crew, uint32_t number, int member)
{
    size_t n = 0, item = 0;
    for (int i = 0; i < crew->n_members && n == 0; i++)
        n = take(&crew->parts[(member + i) % crew->n_members], number, i == 0, &item);
    for (size_t i = 0; i < n; i++)
        crew->work(crew->context, crew->first_item + item + i, member);
    return n;
}

/* ---- Helpers ---- */

/* How long the caller has waited for this helper beyond its patience: it has to be asked before the
 * item is reported, because then the caller goes on. */
static double lateness(struct pt_crew *crew)
{
    double waiting_s = atomic_load(&crew->waiting_s);
    if (waiting_s == 0)
        return 0;
    double waited_s = clock_seconds() - waiting_s;
    return waited_s > atomic_load(&crew->patience_s) ? waited_s : 0;
}

static void rest(struct pt_crew *crew, double seconds)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    double end_s = (double)end.tv_nsec * 1e-9 + (seconds < MOST_REST_S ? seconds : MOST_REST_S);
    end.tv_sec += (time_t)end_s;
    end.tv_nsec = (long)((end_s - (double)(time_t)end_s) * 1e9);
    pthread_mutex_lock(&crew->lock);
    while (!atomic_load(&crew->is_closing) &&
           pthread_cond_timedwait(&crew->wake, &crew->lock, &end) == 0)
        ;
    pthread_mutex_unlock(&crew->lock);
}

static void rest_after(struct helper *helper, double late_s)
{
    if (clock_seconds() - helper->since_s > RELIABLE * late_s)
        helper->n_rests = 1;
    else if (helper->n_rests < MOST_RESTS)
        helper->n_rests *= 2;
    rest(helper->crew, helper->n_rests * late_s);
    helper->since_s = clock_seconds();
}

/* Until there is work with another number than `seen`, or the crew ends. */
static void sleep_until_work(struct pt_crew *crew, const struct part *part, uint32_t seen)
{
    pthread_mutex_lock(&crew->lock);
    atomic_fetch_add(&crew->n_asleep, 1);
    while (part_number(part) == seen && !atomic_load(&crew->is_closing))
        pthread_cond_wait(&crew->wake, &crew->lock);
    atomic_fetch_sub(&crew->n_asleep, 1);
    pthread_mutex_unlock(&crew->lock);
}

/* A helper that shares the caller's processor only takes it away. The system puts it there when it
 * wakes while the other processors are busy. */
static void leave_caller_alone(struct helper *helper)
{
    while (sched_getcpu() == atomic_load(&helper->crew->processor) &&
           !atomic_load(&helper->crew->is_closing))
        rest_after(helper, SHARED_S);
}

/* Waits for work with another number than `seen`, asleep when it takes long; returns its number. */
static uint32_t watch(struct helper *helper, const struct part *part, uint32_t seen)
{
    struct pt_crew *crew = helper->crew;
    double watched_s = 0, before_s = clock_seconds();
    for (;;) {
        for (int i = 0; i < TURNS_A_LOOK; i++) {
            uint32_t number = part_number(part);
            if (number != seen || atomic_load(&crew->is_closing))
                return number;
            relax();
        }
        double now_s = clock_seconds(), turn_s = now_s - before_s;
        before_s = now_s;
        watched_s += turn_s < MOST_TURN_S ? turn_s : 0; /* else it had no processor to watch with */
        leave_caller_alone(helper);
        if (watched_s >= WATCH_S)
            sleep_until_work(crew, part, seen);
    }
}

static void *help(void *argument)
{
    struct helper *helper = argument;
    struct pt_crew *crew = helper->crew;
    uint32_t number = 0;
    for (;;) {
        number = watch(helper, &crew->parts[helper->member], number);
        if (atomic_load(&crew->is_closing))
            return NULL;
        for (size_t n; (n = do_some(crew, number, helper->member)) > 0;) {
            double late_s = lateness(crew);
            atomic_fetch_add(&crew->n_helped, n);
            if (late_s > 0)
                rest_after(helper, late_s);
        }
    }
}

/* ---- The caller ---- */

/* Work may be long or short: as long as the caller was at it, it waits for a helper's part. */
static void wait_for_helpers(struct pt_crew *crew, size_t n_helped, double start_s)
{
    if (atomic_load(&crew->n_helped) == n_helped)
        return;
    double now_s = clock_seconds();
    atomic_store(&crew->patience_s, PATIENCE_S + now_s - start_s);
    atomic_store(&crew->waiting_s, now_s);
    for (unsigned i = 1; atomic_load(&crew->n_helped) != n_helped; i++) {
        relax();
        if (i % TURNS_A_LOOK == 0 && clock_seconds() - now_s > PATIENCE_S)
            sched_yield(); /* perhaps it is this processor that the helper lacks */
    }
    atomic_store(&crew->waiting_s, 0);
}

static void wake_helpers(struct pt_crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    pthread_cond_broadcast(&crew->wake);
    pthread_mutex_unlock(&crew->lock);
}

int crew_size(const struct pt_crew *crew)
{
    return crew ? crew->n_members : 1;
}

/* Equal parts, a member each. */
static void hand_out(struct pt_crew *crew, size_t n_items, double start_s)
{
    size_t n_members = (size_t)crew->n_members;
    atomic_store(&crew->n_helped, 0);
    atomic_store(&crew->processor, sched_getcpu());
    crew->number++;
    for (size_t i = n_members; i-- > 0;)
        atomic_store(&crew->parts[i].word, part_word(crew->number, n_items * i / n_members,
                                                     n_items * (i + 1) / n_members));
    if (atomic_load(&crew->n_asleep) > 0 && start_s - crew->woken_s >= LEAST_WAKE_S) {
        crew->woken_s = start_s;
        wake_helpers(crew);
    }
}

static void share(struct pt_crew *crew, size_t n_items)
{
    double start_s = clock_seconds();
    size_t n_own = 0;
    hand_out(crew, n_items, start_s);
    for (size_t n; (n = do_some(crew, crew->number, 0)) > 0;)
        n_own += n;
    wait_for_helpers(crew, n_items - n_own, start_s);
}

void crew_share(struct pt_crew *crew, size_t n_items, crew_work *work, void *context)
{
    if (crew_size(crew) == 1 || n_items < 2) {
        for (size_t i = 0; i < n_items; i++)
            work(context, i, 0);
        return;
    }
    crew->work = work;
    crew->context = context;
    for (size_t i = 0; i < n_items; i += MOST_ITEMS) {
        crew->first_item = i;
        share(crew, n_items - i < MOST_ITEMS ? n_items - i : MOST_ITEMS);
    }
}

/* ---- Making ---- */

static int make_lock(struct pt_crew *crew, struct pt_error *error)
{
    pthread_condattr_t monotonic;
    int failed = pthread_condattr_init(&monotonic) != 0;
    if (!failed) {
        failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
                 pthread_cond_init(&crew->wake, &monotonic) != 0;
        pthread_condattr_destroy(&monotonic);
    }
    if (!failed && pthread_mutex_init(&crew->lock, NULL) != 0) {
        pthread_cond_destroy(&crew->wake);
        failed = 1;
    }
    return failed ? pt_error_set(error, PT_E_MEMORY, "no lock for threads") : PT_OK;
}

/* Where the system has no more threads, the crew is smaller. */
static void start_helpers(struct pt_crew *crew, int n_threads)
{
    for (crew->n_members = 1; crew->n_members < n_threads; crew->n_members++) {
        struct helper *helper = &crew->helpers[crew->n_members - 1];
        *helper = (struct helper){.crew = crew, .member = crew->n_members, .n_rests = 1};
        if (pthread_create(&helper->thread, NULL, help, helper) != 0)
            return;
    }
}

int pt_crew_create(int n_threads, struct pt_crew **crew, struct pt_error *error)
{
    *crew = NULL;
    struct pt_crew *made = mem_alloc(1, sizeof *made, error);
    if (!made)
        return PT_E_MEMORY;
    made->processor = -1;
    if (!(made->helpers = mem_alloc((size_t)n_threads, sizeof *made->helpers, error)) ||
        !(made->parts = mem_alloc((size_t)n_threads, sizeof *made->parts, error)) ||
        make_lock(made, error)) {
        mem_free(made->helpers);
        mem_free(made->parts);
        mem_free(made);
        return PT_E_MEMORY;
    }
    start_helpers(made, n_threads);
    *crew = made;
    return PT_OK;
}

void pt_crew_free(struct pt_crew *crew)
{
    if (!crew)
        return;
    atomic_store(&crew->is_closing, 1);
    wake_helpers(crew);
    for (int i = 0; i < crew->n_members - 1; i++)
        pthread_join(crew->helpers[i].thread, NULL);
    pthread_cond_destroy(&crew->wake);
    pthread_mutex_destroy(&crew->lock);
    mem_free(crew->helpers);
    mem_free(crew->parts);
    mem_free(crew);
}
