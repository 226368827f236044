"""Built engines of both layouts are read, and judged against a release and GPUs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trtheaders.compatibility.table import figures_of
from trtheaders.engines.folder import read_engine
from trtheaders.engines.judgement import judge_files, judge_parallelism, judge_quantisation, judge_release
from trtheaders.errors import EngineError
from trtheaders.model.setup.engines import EngineWeight

FINE, DOUBT, BROKEN = EngineWeight.FINE, EngineWeight.DOUBT, EngineWeight.BROKEN

NEW = {
    "version": "1.1.0",
    "pretrained_config": {
        "architecture": "Qwen3ForCausalLM",
        "dtype": "bfloat16",
        "quantization": {"quant_algo": "W4A16_AWQ", "kv_cache_quant_algo": "FP8"},
        "mapping": {"world_size": 4, "gpus_per_node": 8, "tp_size": 2, "pp_size": 2, "cp_size": 1},
    },
    "build_config": {"max_input_len": 1024, "max_seq_len": 4096, "max_batch_size": 16, "max_num_tokens": 8192},
}
OLD = {
    "builder_config": {
        "name": "llama",
        "precision": "float16",
        "tensor_parallel": 2,
        "pipeline_parallel": 1,
        "max_batch_size": 8,
        "max_input_len": 2048,
        "max_output_len": 512,
    },
    "plugin_config": {"gpt_attention_plugin": "float16"},
}


def engine(folder, config, files):
    (folder / "config.json").write_text(json.dumps(config))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return read_engine(folder)


def new(folder, version="1.1.0", **changes):
    files = {f"rank{rank}.engine": b"x" * 100 for rank in range(4)}
    return engine(folder, {**NEW, "version": version}, {**files, **changes})


def test_the_new_layout_is_read(tmp_path):
    found = new(tmp_path)
    assert (found.version, found.parallelism.text, found.parallelism.ranks) == ("1.1.0", "tp 2 × pp 2", 4)
    assert found.limits == {"max_batch_size": 16, "max_input_len": 1024, "max_seq_len": 4096, "max_num_tokens": 8192}
    assert found.algorithms == ("W4A16_AWQ", "FP8")
    assert not found.old_layout
    assert found.missing_ranks == ()


def test_the_old_layout_is_read(tmp_path):
    files = {f"llama_float16_tp2_rank{rank}.engine": b"x" * 10 for rank in range(2)}
    found = engine(tmp_path, OLD, files)
    assert (found.version, found.parallelism.text, found.old_layout) == ("", "tp 2 × pp 1", True)
    assert [file.rank for file in found.files] == [0, 1]
    judged = judge_release(found, "1.1.0", figures_of("1.1.0"), None)
    assert judged.weight is DOUBT
    assert "before 0.8" in judged.found


@pytest.mark.parametrize(
    ("built", "installed", "weight"),
    [
        ("1.1.0", "1.1.0", FINE),
        ("1.1.0", "1.1.0+cu130", FINE),
        ("1.0.0", "1.1.0", BROKEN),
        ("1.2.0rc3", "1.1.0", DOUBT),
        ("0.1.0.dev2024", "1.1.0", DOUBT),
    ],
)
def test_the_release_that_built_it_is_compared(tmp_path, built, installed, weight):
    judged = judge_release(new(tmp_path, built), installed, figures_of(installed), figures_of(built))
    assert judged.weight is weight
    assert (weight is FINE) or ("kSERIALIZATION_VERSION" in judged.why and "trtllm-build" in judged.fix)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer")],
)
def test_a_rank_that_cannot_be_whole_is_named(tmp_path, content, words):
    judged = judge_files(new(tmp_path, **{"rank2.engine": content}))
    assert judged.weight is BROKEN
    assert f"rank2.engine {words}" in judged.found


def test_ranks_of_a_pipeline_may_differ_in_size(tmp_path):
    assert judge_files(new(tmp_path, **{"rank2.engine": b"x" * 10})).weight is FINE


def test_a_missing_rank_is_named(tmp_path):
    found = new(tmp_path)
    (tmp_path / "rank3.engine").unlink()
    assert "no file for rank 3, 3 of 4 are there" in judge_files(read_engine(found.folder)).found


@pytest.mark.parametrize(("gpus", "mig", "weight"), [(4, False, FINE), (2, False, BROKEN), (8, True, BROKEN)])
def test_gpus_are_counted(tmp_path, gpus, mig, weight):
    assert judge_parallelism(new(tmp_path), gpus, mig=mig).weight is weight


def test_an_engine_over_several_machines_wants_one_machines_share(tmp_path):
    mapping = {"world_size": 16, "gpus_per_node": 8, "tp_size": 16, "pp_size": 1, "cp_size": 1}
    config = {**NEW, "pretrained_config": {**NEW["pretrained_config"], "mapping": mapping}}
    assert judge_parallelism(engine(tmp_path, config, {}), 8, mig=False).weight is FINE


@pytest.mark.parametrize(
    ("algorithm", "capability", "weight"),
    [
        ("FP8", (8, 9), FINE),
        ("FP8", (8, 6), BROKEN),
        ("NVFP4", (9, 0), BROKEN),
        ("NVFP4", (10, 0), FINE),
        ("W4A8_AWQ", (8, 0), BROKEN),
        ("W4A16_AWQ", (8, 0), FINE),
    ],
)
def test_quantisations_need_their_arithmetic(tmp_path, algorithm, capability, weight):
    quantization = {"quant_algo": algorithm, "kv_cache_quant_algo": None}
    config = {**NEW, "pretrained_config": {**NEW["pretrained_config"], "quantization": quantization}}
    assert judge_quantisation(engine(tmp_path, config, {}), capability).weight is weight


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no config.json"),
        ("{", "cannot be read"),
        ("[]", "holds no table"),
        ('{"architecture": "x", "mapping": {}}', "a checkpoint's, not an engine's"),
        ('{"model_type": "llama"}', "no engine's"),
    ],
)
def test_what_is_no_engine_is_refused(tmp_path, text, words):
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(EngineError, match=words) as caught:
        read_engine(tmp_path)
    assert caught.value.hint


def test_an_encoder_and_decoder_are_pointed_to(tmp_path):
    for name in ("encoder", "decoder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps(NEW))
    with pytest.raises(EngineError) as caught:
        read_engine(tmp_path)
    assert caught.value.hint == "name one of its folders: decoder, encoder"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    version=JSON, mapping=JSON, quantization=JSON, build=st.dictionaries(st.sampled_from(["max_batch_size", "x"]), JSON)
)
@settings(max_examples=100, deadline=None)
def test_whatever_stands_in_it_an_engine_is_read(tmp_path_factory, version, mapping, quantization, build):
    folder = tmp_path_factory.mktemp("engine")
    model = {"mapping": mapping, "quantization": quantization}
    found = engine(folder, {"version": version, "pretrained_config": model, "build_config": build}, {})
    assert found.parallelism.ranks >= 1
    judge_files(found)
    judge_release(found, "1.1.0", None, None)
