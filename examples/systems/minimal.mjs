// The same as minimal.py in JavaScript: process:node examples/systems/minimal.mjs
import { createInterface } from "node:readline";

const hello = {
  protocol: 1, name: "byte counts", vendor: "an example", version: "1",
  scale: { kind: "similarity", low: 0, high: 1, name: "cosine of byte counts" },
  default_threshold: { score: 0.9, source: "the example" },
};
const galleries = new Map();

function template(content) {
  const counts = new Array(256).fill(0);
  for (const byte of content) counts[byte] += 1;
  const length = Math.sqrt(counts.reduce((sum, count) => sum + count * count, 0));
  return length ? counts.map((count) => count / length) : null;
}

function answer(question) {
  if (question.ask === "hello") return hello;
  if (question.ask === "delete_gallery") {
    galleries.delete(question.gallery);
    return {};
  }
  const counts = template(Buffer.from(question.bytes, "base64"));
  if (counts === null) return { outcome: "no_face", detail: "an empty file" };
  const gallery = galleries.get(question.gallery) ?? new Map();
  galleries.set(question.gallery, gallery);
  if (question.ask === "enrol") {
    gallery.set(question.photo, counts);
    return { outcome: "ok" };
  }
  const threshold = question.threshold ?? 0.9;
  const found = [...gallery]
    .map(([photo, other]) => [photo, Math.min(1, other.reduce((sum, one, i) => sum + one * counts[i], 0))])
    .filter(([, score]) => score >= threshold)
    .sort((one, other) => other[1] - one[1]);
  const candidates = found.slice(0, question.max_candidates ?? found.length);
  return { outcome: "ok", candidates, capped: candidates.length < found.length };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  process.stdout.write(JSON.stringify({ n: question.n, ...answer(question) }) + "\n");
}
