#!/usr/bin/env python3
"""Writes the malformed configurations beside this script.

Each NAME.ini has a NAME.expected: the whole report on it, which tests/unit/test_config_read.c
compares byte by byte. A new file needs one, and its carets looked at.
"""
import pathlib

HERE = pathlib.Path(__file__).parent

CORPUS = {
    # syntax
    "bad_lines": b"epochs = 3\n[train]\njunk\n = 5\nepochs 7\n: 8\nbatch_size = 32\n",
    "bad_sections": b"[train\nepochs = x\n[]\n[ ] ; empty\nepochs = x\n[run] name = x\nseed = y\n",
    "hash_comments": b"[run]\nname = a # b\nseed = 4 # four\nout = # none\n# fine\n ; fine\n",
    "overlong": b"[run]\n; " + b"c" * 300 + b"\nname = " + b"n" * 192 + b"\nseed = 1"
                + b" " * 200 + b"; far\nout = " + b"o" * 192 + b"\n",
    "indented": b"[train]\nepochs = 5\n  batch_size = 0\n\tmomentum = 2\n",
    "crlf": b"[train]\r\nepochs = ten\r\nnope\r\nbatch_size = 64\r\n",
    "bom": b"\xef\xbb\xbf[trane]\nepochs = 5\n[train]\nepoch = 5",
    "zero_bytes": b"[run]\nname = a\0b\n\0\0\0\0\nseed = x\n",
    "binary": bytes(range(256)),
    "control": b"[run]\nname = a\x1b[31mred\nout = a\tb\nseed = \x07\n",
    "utf8": "[run]\nname = äöü/ß\nséed = 1\n[ruñ]\n".encode(),
    "invalid_utf8": b"[run]\nname = \xff\xfe\x80/\n",
    "no_final_newline": b"[train]\nepochs = 0",
    # keys
    "unknown_sections": b"[trian]\nepochs = x\n[completely_different]\n[TRACE]\n",
    "unknown_keys": b"[train]\nlearning_rte = 0.1\nepoch = 3\nplayers = 4\nlr = 1\nLEARNING_RATE = 1\n"
                    b"batchsize = 3\nmomentmu = 0\nextraordinarily_long_name_of_a_key = 1\n",
    "duplicates": b"[train]\nepochs = 3\n[run]\nseed = 1\n[train]\nmomentum = 0\nepochs = 3\n"
                  b"epochs = 4\n",
    # values
    "whole_numbers": b"[train]\nepochs = 1e3\nbatch_size = 64x\n[run]\nthreads = -1\nseed = -1\n"
                     b"[trace]\nplayers = 21\nsamples = 99999999999999999999\ngrid =\n"
                     b"[data]\ntrain_samples = 1_000\ntest_samples = 0x10\nthird_samples = +1\n",
    "seed_too_large": b"[run]\nseed = 9223372036854775808\n",
    "real_numbers": b"[train]\nlearning_rate = 0\nmomentum = 1\nweight_decay = 1,5\n"
                    b"[trace]\ngap = 1e-11\n[data]\nlabel_noise = 5%\n",
    "not_numbers": b"[train]\nlearning_rate = nan\nmomentum = inf\nweight_decay = 0x1p-3\n"
                   b"[trace]\ngap = 1e\n[data]\nlabel_noise = .\n",
    "choices": b"[model]\ninit = pytroch\npreset = MLP\n[trace]\nsolver = nand\nbaseline =\n"
               b"draw = per_sample\nbackground = grey\n[data]\nset = fashion\n"
               b"[snapshots]\nschedule = 1\n[train]\noptimizer = Adam\nschedule = linear\n"
               b"nesterov = true\n",
    "training": b"[train]\noptimizer = adam\nnesterov = yes\nschedule = step\nepochs = 5\n"
                b"warmup_epochs = 5\nshift = -1\nepsilon = 0\nbeta2 = 1\n",
    "training_2": b"[train]\nmomentum = 0\nnesterov = yes\nschedule = step\n"
                  b"step_epochs = 3, 7, 7\n",
    "training_3": b"[train]\nschedule = cosine\nlearning_rate = 0.1\nfinal_rate = 0.2\n",
    "training_4": b"[data]\nset = boolean\n[train]\nshift = 2\nflip = yes\n"
                  b"[trace]\nbaseline = black\n",
    "lists": b"[model]\nhidden = 256, 0, 10\n[data]\nclasses = 1, two, 3\n[trace]\ncells = 5,, 6\n",
    "lists_2": b"[model]\nhidden = 64,\n[data]\nclasses = 1 2 3\n[trace]\ncells = -1, 3\n",
    "lists_3": b"[model]\nhidden = ,\n[data]\nclasses = 256, 300\n[trace]\ncells = nocorners\n",
    "terms_kinds": b"[data]\nterms = and3 2, adn2 1\n",
    "terms_orders": b"[data]\nterms = and2 1, or1 2\n",
    "terms_effects": b"[data]\nterms = and2 1,   or3\n",
    "terms_numbers": b"[data]\nterms = and2 1e9\n",
    "terms_missing": b"[data]\nterms = and2 1, ,or3 1\n",
    "names": b"[run]\nname = ../escape\nout =;x\n[trace]\nlayer =\n",
    "presets": b"[model]\npreset = resnet_20\nwidth = 0\n",
    # rules between keys
    "too_many_players": b"[trace]\nplayers = 13\n",
    "grid_too_small": b"[trace]\ngrid = 3\n",
    "central_cells": b"[trace]\ngrid = 4\ncells = central\n",
    "one_cell": b"[trace]\ngrid = 1\ncells = all\n",
    "cell_lists": b"[trace]\nplayers = 3\ngrid = 3\ncells = 0, 9, 4, 0\n",
    "short_cell_list": b"[trace]\ncells = 1, 2, 3 ; too few\n",
    "one_class": b"[data]\nclasses = 3\n",
    "repeated_class": b"[data]\nclasses = 3, 5, 3\n",
    "mlp_layer": b"[model]\npreset = mlp\n[trace]\nlayer = relu1\n",
    "boolean": b"[data]\nset = boolean\npath = x\nclasses = 0, 1\ntrain_samples = 0\n"
               b"test_samples = 0\ninputs = 5\nrelevant = 6\nterms = and6 1,  or7 -2\n"
               b"[model]\npreset = lenet\n[trace]\nbaseline = mean-image\nplayers = 6\n",
    "boolean_cells": b"[data]\nset = boolean\n[trace]\nbaseline = black\nplayers = 3\n"
                     b"cells = 19, 20, 3\n",
    "boolean_defaults": b"[data]\nset = boolean\nrelevant = 3\n",
    "rules_wait": b"[trace]\nplayers = many\ngrid = 2\n",
    # values of several lines
    "commas": b"[model]\nhidden = 64, ; one,\n; two\n\n[data]\nclasses = 1,\n  2 ,\nset = idx\n"
              b"[trace]\ncells = 1,\n  2, # three,\n  4,\n",
    "no_comma": b"[model]\npreset = layers\nlayers = conv 8 3x3, relu\n         maxpool 2,\n"
                b"         dense classes\n",
    "second_line": b"[train]\nepochs = 5,\n  six ; seven\n[data]\nclasses = 1,\n; two\n\t2, x,\n3\n",
    "second_line_2": b"[data]\nclasses = 0, 1,\n  2,\n  3, 2 ; again\n[trace]\nplayers = 3\ngrid = 3\n"
                     b"cells = 0,\n    4,    9,\n    4\n",
    "second_line_3": b"[sweep]\ntrace.layer = input,\n  input2 , relu1 ; here\n",
    # lists of layers
    "layers_word": b"[model]\npreset = layers\nlayers = conv 8 3x3, batchnorm, relu,\n"
                   b"; conv 16 3x3,\n         maxpol 2, flatten,\n         dense classes\n",
    "layers_option": b"[model]\npreset = layers\nlayers = conv 8 3x3 strid 2, ; every second\n"
                     b"         dense classes\n",
    "layers_glued": b"[model]\npreset = layers\nlayers = conv 8 3x3,\n         relu maxpool 2,\n"
                    b"         dense classes\n",
    "layers_number": b"[model]\npreset = layers\nlayers = conv 8 3x3,\n         dropout 50%,\n"
                     b"         dense classes\n",
    "layers_last": b"[model]\npreset = layers\nlayers = flatten,\n         dense 10\n",
    "layers_missing": b"[model]\npreset = layers\nlayers = flatten,\n         , dense classes\n",
    "layers_empty": b"[model]\npreset = layers\n",
    "layers_unused": b"[model]\nlayers = flatten,\n         dense classes\n",
    "layers_swept": b"[sweep]\nmodel.layers = dense classes\ndata.terms = and1 1, and1 2\n",
    # seeds and sweeps
    "seed_lists": b"[run]\nseeds = 1..3, 5, 2\n[sweep]\n",
    "sweeps": b"[sweep]\ndata.label_nois = 0, 0.1\ndta.label_noise = 0\nlabel_noise = 0\n"
              b"train.epochs = 5, 0, 7\ntrain.epochs = 6\ntrain.momentum = 0.1, , 0.2\n"
              b"train.batch_size = 8\nrun.out = a, b\ntrace.cells = all, central\n",
    "sweep_too_large": b"[sweep]\ntrain.epochs = 1,2,3,4,5,6,7,8,9\n"
                       b"train.batch_size = 1,2,3,4,5,6,7,8\n",
    "sweep_rules": b"[trace]\nplayers = many\n[sweep]\ntrace.grid = 4, 3\ntrace.layer = input, relu1\n",
    "sweep_rules_2": b"[trace]\nplayers = 9 ; too many for a grid of 3\n[sweep]\ntrace.grid = 4, 3\n",
    # very many
    "many": b"[train]\n" + b"".join(b"k%d = 1\n" % i for i in range(60)),
}

for name, content in CORPUS.items():
    (HERE / f"{name}.ini").write_bytes(content)
