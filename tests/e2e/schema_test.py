#!/usr/bin/env python3
"""The JSON Schemas, held against real manifests and real results."""
import json

import jsonschema

from fanout_case import SOURCE, FanoutCase, main


class Schemas(FanoutCase):
    def schema(self, name):
        done = self.fanout("schema", name)
        self.assertEqual(done.returncode, 0, done)
        schema = json.loads(done.stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        return schema

    def validator(self, name, definition=None):
        schema = self.schema(name)
        if definition:
            schema = {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
        return jsonschema.Draft202012Validator(schema)

    JOBS = json.dumps({"retries": 1, "parse": "lines", "jobs": {
        "good": ["printf", "a\\nb\\n"],
        "bad": "echo oops >&2; exit 3",
        "binary": ["printf", "\\377"],
        "killed": ["sh", "-c", "kill -9 $$"],
        "missing": ["no-such-program-here"],
        "slow": {"command": ["sleep", "100"], "timeout": 0.05},
    }})

    def test_real_documents_keep_to_the_schema(self):
        for arguments, stdin in [
                (["run", "-"], self.JOBS),
                (["run", "-", "--capture", "1", "-j", "unlimited"], self.JOBS),
                (["run", "-", "--fail-fast", "-j1"], self.JOBS),
                (["run", "-", "--parse", "json", "--retries", "0"], self.JOBS),
                (["run", "-", "--halt", "now,success=1", "-j1"], self.JOBS),
                (["map", "--retries", "1", "--shell", ": {}; test $FANOUT_ATTEMPT = 2"], "x\n"),
                (["run", "-"], "[]"),
                (["run", "-"], '{"jobs":{}}'),
                (["run", "-", "-j", "0"], "echo a\nfalse\n"),
        ]:
            with self.subTest(arguments=arguments):
                done = self.fanout(*arguments, stdin=stdin)
                self.validator("result").validate(json.loads(done.stdout))

    def test_words_that_are_not_text_keep_to_the_schema(self):
        done = self.fanout("map", "echo", stdin=b"a\xff\n")
        document = json.loads(done.stdout)
        self.validator("result").validate(document)
        self.assertEqual(document["results"][0]["args"], [{"base64": "Yf8="}])

    def test_real_lines_keep_to_the_schema(self):
        done = self.fanout("run", "-o", "jsonl", "-", stdin=self.JOBS)
        *records, summary = done.stdout.splitlines()
        self.assertEqual(len(records), 6)
        for record in records:
            self.validator("result", "record").validate(json.loads(record))
        self.validator("result", "summaryLine").validate(json.loads(summary))

    def test_a_wrong_result_does_not_keep_to_the_schema(self):
        document = json.loads(self.fanout("run", "-", stdin="true\n").stdout)
        validator = self.validator("result")
        for damage in [lambda d: d.pop("failures"), lambda d: d["results"][0].pop("stdout"),
                       lambda d: d["results"][0].update(status="done"),
                       lambda d: d["results"][0].update(more=1),
                       lambda d: d["summary"].update(jobs=-1)]:
            damaged = json.loads(json.dumps(document))
            damage(damaged)
            self.assertFalse(validator.is_valid(damaged))

    # What fanout takes and what it refuses; the schema has to agree.
    TAKEN = [
        "[]", '[["echo","a"]]', '{"jobs":["echo a"]}', '{"jobs":{"x":["echo",1,true,null]}}',
        '{"command":["echo","{v}"],"extras":{"v":1},"extra_args":["x"],"jobs":[{},2,"a",["b",{"k":1}]]}',
        '{"commands":{"p":{"command":"echo {a}","params":["a"],"defaults":{"b":1},"timeout":"1m",'
        '"retries":2,"env":{"A":"1","B":null},"cwd":".","stdin":"text"}},"jobs":[["p",1],{"use":"p","args":[1]}]}',
        '{"jobs":[{"command":["cat"],"stdin":{"file":"/dev/null"},"name":"n","env":{"N":1},"grace":1},{"command":["cat"],"stdin":null}]}',
        '{"max_workers":"50%","timeout":1.5,"grace":"2s","leak_timeout":"0.5s","on_leak":"kill","deadline":"1h","pause":0,"retries":1,'
        '"on_failure":"kill","silent":true,"shell":false,"placeholders":true,"parse":"json",'
        '"output":"values","order":"completion","replace_failed":[1],"capture":"64K","jobs":[["echo","1"]]}',
        '{"rate":"10/250ms","load":"80%","memfree":"1.5G","nice":-5,"limits":{"cpu":"1m30s","memory":"1G","data":1024,'
        '"stack":"unlimited","file_size":0,"files":"64","processes":10,"core":"unlimited","locked":"64KiB"},'
        '"commands":{"p":{"command":["x"],"nice":1,"limits":{"cpu":2.5}}},'
        '"jobs":[{"use":"p","nice":19,"limits":{"files":"unlimited"}},["p"]]}',
        '{"rate":"100/m","load":2.5,"memfree":0,"limits":{},"jobs":[]}',
        '{"retry_delay":"1s","backoff":"exponential","max_retry_delay":9,"jitter":true,"retry_on":"1,64-78,timeout,signal:SIGKILL",'
        '"halt":"now,fail=10%","exit_status":"parallel","jobs":[]}',
        '{"halt":2,"retry_on":75,"commands":{"p":{"command":"x","retry_on":"signal","retry_delay":1}},'
        '"jobs":[{"command":["x"],"retry_on":"exit","retry_delay":"1ms"}]}',
        '{"halt":"-1","jobs":[]}', '{"halt":"never","jobs":[]}', '{"halt":"5%","jobs":[]}',
    ]
    REFUSED = [
        '{"jobs":1}', '{"jobs":[true]}', '{"command":["x"],"jobs":[null]}', '{"jobs":[],"timeout":-1}', '{"jobs":[],"timeout":"1x"}', '{"jobs":[],"silent":1}',
        '{"jobs":[],"nothing":1}', '{"jobs":[{"comand":["x"]}]}', '{"jobs":[{"command":["x"],"use":"y"}]}',
        '{"jobs":[{"command":[]}]}', '{"jobs":[{"command":["x"],"args":1}]}',
        '{"jobs":[{"command":["x"],"stdin":{"path":"y"}}]}', '{"jobs":[],"on_failure":"stop"}',
        '{"commands":{"p":{}},"jobs":[]}', '{"jobs":[{"command":["x"],"env":{"A":[]}}]}',
        '{"jobs":[{"command":["x"],"retries":1.5}]}', '{"jobs":[{"command":[1]}]}',
        '{"jobs":[{"command":["x"],"cwd":""}]}',
        '{"jobs":[],"rate":10}', '{"jobs":[],"rate":"10"}', '{"jobs":[],"load":0}', '{"jobs":[],"load":"high"}',
        '{"jobs":[],"memfree":-1}', '{"jobs":[],"nice":20}', '{"jobs":[],"nice":1.5}', '{"jobs":[],"limits":[]}',
        '{"jobs":[],"limits":{"mem":1}}', '{"jobs":[],"limits":{"files":1.5}}', '{"jobs":[],"limits":{"cpu":true}}',
        '{"jobs":[{"command":["x"],"limits":{"files":"1K"}}]}', '{"jobs":[{"command":["x"],"rate":"1/s"}]}', '{"jobs":[],"capture":"json"}',
        '{"jobs":[],"halt":"now"}', '{"jobs":[],"halt":"now,fail"}', '{"jobs":[],"halt":3}', '{"jobs":[],"exit_status":"gnu"}',
        '{"jobs":[],"backoff":"linear"}', '{"jobs":[],"retry_on":""}', '{"jobs":[],"retry_on":0}', '{"jobs":[],"retry_on":"1,,2"}',
        '{"jobs":[],"jitter":1}', '{"jobs":[{"command":["x"],"halt":"never"}]}',
    ]

    def test_the_manifest_schema_takes_what_fanout_takes_and_refuses_what_it_refuses(self):
        validator = self.validator("manifest")
        for text in self.TAKEN:
            with self.subTest(taken=text):
                self.assertEqual(self.fanout("run", "--dry-run", "-", stdin=text).returncode, 0)
                validator.validate(json.loads(text))
        for text in self.REFUSED:
            with self.subTest(refused=text):
                self.assertEqual(self.fanout("run", "--dry-run", "-", stdin=text).returncode, 2)
                self.assertFalse(validator.is_valid(json.loads(text)))

    def test_the_manifests_of_the_examples_keep_to_the_schema(self):
        manifests = [*SOURCE.glob("examples/*.json"), *SOURCE.glob("examples/ci-checks/*.json"),
                     SOURCE / "examples/bitcoin-prices/prices.json",
                     SOURCE / "examples/presets/images.json"]
        self.assertGreaterEqual(len(manifests), 5)
        for path in manifests:
            with self.subTest(path=path):
                self.validator("manifest").validate(json.loads(path.read_text()))


if __name__ == "__main__":
    main()
