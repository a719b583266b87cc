import { isFunctionWord, stem, words } from '../text/words.ts';

/** How much each kind of feature counts beside a word that carries the subject. */
const weights = { word: 1, functionWord: 0.08, fragment: 0.12 } as const;

/** Characters of a word fragment; fragments bring spelling variants and compound words near each other. */
const fragmentLength = 4;

/** Numbers of the vector that one feature is spread over. */
const placesPerFeature = 4;

/** 2^32 over the golden ratio: steps of it make one hash into many (SplitMix). */
const goldenRatio = 0x9e3779b9;

/** Bytes of one feature of a file. */
const shingleBytes = 8;

/**
 * A vector for a text by signed feature hashing of its stemmed words and of fragments of them: texts that share words
 * are near, texts that share none are nearly orthogonal. Meaning beyond the words is not seen.
 * @param dimension numbers in the vector
 * @returns a vector of length 1
 */
export function embedText(text: string, dimension: number): number[] {
  const counts = new Map<string, { count: number; weight: number }>();
  const add = (feature: string, weight: number) => {
    const known = counts.get(feature);
    if (known) known.count += 1;
    else counts.set(feature, { count: 1, weight });
  };
  for (const word of words(text)) {
    const bare = word.replace(/['’]s$/, '');
    add(`w:${stem(bare)}`, isFunctionWord(word) ? weights.functionWord : weights.word);
    if (!isFunctionWord(word)) for (const part of fragments(bare)) add(`f:${part}`, weights.fragment);
  }
  const vector = new Float64Array(dimension);
  for (const [feature, { count, weight }] of counts) {
    addFeature(vector, hashText(feature), weight * (1 + Math.log(count)));
  }
  return toUnit(vector, text);
}

/**
 * A vector for a file by signed feature hashing of its bytes: only equal and nearly equal files are near. What a
 * picture shows is not seen.
 * @returns a vector of length 1
 */
export function embedBytes(bytes: Uint8Array, dimension: number): number[] {
  const vector = new Float64Array(dimension);
  let rolling = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    // Each step pushes the oldest byte out at the top of the 32 bits: a rolling hash over the last eight bytes.
    rolling = ((rolling << (32 / shingleBytes)) ^ mix((bytes[index] ?? 0) + 1)) >>> 0;
    if (index + 1 >= shingleBytes) addFeature(vector, mix(rolling), 1);
  }
  return toUnit(vector, String(rolling));
}

function* fragments(word: string): Generator<string> {
  const padded = `^${word}$`;
  for (let start = 0; start + fragmentLength <= padded.length; start += 1) {
    yield padded.slice(start, start + fragmentLength);
  }
}

/**
 * Adds a feature at several positions, each with its own sign: collisions do not add up over many features, and a word
 * that collides with another at one position is still present at the others.
 */
function addFeature(vector: Float64Array, hash: number, weight: number): void {
  const share = weight / Math.sqrt(placesPerFeature);
  for (let turn = 0; turn < placesPerFeature; turn += 1) {
    const bits = mix(hash + Math.imul(turn, goldenRatio));
    const place = (bits >>> 1) % vector.length;
    vector[place] = (vector[place] ?? 0) + (bits & 1 ? share : -share);
  }
}

/** @param seed decides the direction when there are no features, or when they cancel out */
function toUnit(vector: Float64Array, seed: string): number[] {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) {
    vector[hashText(`none:${seed}`) % vector.length] = 1;
    squares = 1;
  }
  const length = Math.sqrt(squares);
  const unit: number[] = [];
  for (const value of vector) unit.push(Math.fround(value / length));
  return unit;
}

/** Cosine of two vectors of length 1. */
export function similarity(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** FNV-1a over UTF-16 code units, then Murmur3's finaliser so that every bit depends on every other. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** Murmur3's 32-bit finaliser. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
