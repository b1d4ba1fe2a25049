/* Fuzz target: RUN/analysis/claims.json, as pages, figures and averages over seeds read it. */
#include "fuzz_seeds.h"

#include "report/claim_list.h"
#include "study/claim_record.h"

#include <string.h>

static int list(const char *path, struct pt_error *error)
{
    (void)path;
    struct arena arena = {0};
    struct claim_list claims = {0};
    int status = claim_list_load(fuzz_path("run"), &claims, &arena, error);
    for (size_t i = 0; i < claims.n && !status; i++)
        fuzz_assert(claim_list_find(&claims, claims.claims[i].id) != NULL);
    arena_release(&arena);
    return status;
}

static int find_one(const char *path, struct pt_error *error)
{
    struct arena arena = {0};
    struct result_claim claim;
    int status = results_load_claim(path, "D1", &claim, &arena, error);
    arena_release(&arena);
    return status;
}

static int make_records(const json_t *claims, struct pt_error *error)
{
    struct arena arena = {0};
    struct pt_claim *records;
    size_t n_records;
    int status = claim_records(claims, &arena, &records, &n_records, error);
    for (size_t i = 0; i < n_records && !status; i++) {
        fuzz_assert(records[i].id && records[i].statement);
        fuzz_assert(records[i].n_details <= PT_MAX_CLAIM_DETAILS);
    }
    arena_release(&arena);
    return status;
}

/* Two runs that have the same claims. */
static int aggregate(const char *path, struct pt_error *error)
{
    (void)path;
    json_t *claims;
    int status = aggregate_claims(fuzz_seeds(2), &claims, error);
    if (!status) {
        status = make_records(claims, error);
        json_decref(claims);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run/analysis");
    fuzz_read("run/analysis/claims.json", data, size, list, REFUSES_DATA);
    fuzz_read("run/analysis/claims.json", data, size, find_one, REFUSES_DATA);
    fuzz_read("run/analysis/claims.json", data, size, aggregate, REFUSES_DATA);
    return 0;
}
