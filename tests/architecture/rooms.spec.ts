import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cycles, importsOf, sourcesOf } from './imports.ts';
import { roomOf, rooms } from './rooms.ts';

const floors = '{shared,lambdas,modules,local,cli,review,cost,deploy}/**/*.{ts,mjs}';
const names = Object.keys(rooms);
const imports = [...importsOf(floors), ...importsOf('main.ts')];
const arrows = imports.flatMap(({ from, to }) => {
  const [room, other] = [roomOf(from), roomOf(to)];
  return room === undefined || other === undefined ? [] : [{ from, to, room, other }];
});

/** The room that lists a folder, as a room or inside one. */
function isListed(folder: string): boolean {
  const room = roomOf(folder);
  if (room === undefined) return false;
  return folder === room || (rooms[room]?.inside ?? []).includes(folder.slice(room.length + 1));
}

describe('the rooms', () => {
  it('exist', () => {
    const folders = names.flatMap((name) => [
      name,
      ...(rooms[name]?.inside ?? []).map((folder) => `${name}/${folder}`),
    ]);
    expect(folders.filter((folder) => !existsSync(resolve(folder)))).toEqual([]);
  });

  it('are complete', () => {
    const places = [...sourcesOf(floors), 'main.ts'].map((file) =>
      names.includes(file) ? file : dirname(file),
    );
    expect([...new Set(places)].filter((place) => !isListed(place))).toEqual([]);
  });

  it('import only from rooms that are listed before them', () => {
    const upward = names.flatMap((name, place) =>
      (rooms[name]?.may ?? []).filter((other) => names.indexOf(other) < 0 || names.indexOf(other) >= place),
    );
    expect(upward).toEqual([]);
  });

  it('import only from the rooms that they may', () => {
    const forbidden = arrows.filter(
      ({ room, other }) => room !== other && other !== 'shared' && !rooms[room]?.may.includes(other),
    );
    expect(forbidden.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('list no import that no file needs', () => {
    const used = new Set(arrows.map(({ room, other }) => `${room} → ${other}`));
    const unused = names
      .filter((name) => !/^lambdas\/(functions\/|testing$)/.test(name))
      .flatMap((name) => (rooms[name]?.may ?? []).map((other) => `${name} → ${other}`))
      .filter((arrow) => !used.has(arrow));
    expect(unused).toEqual([]);
  });
});

describe('imports', () => {
  it('form no cycle, not even of types', () => {
    expect(cycles([...imports, ...importsOf('tests/**/*.ts')])).toEqual([]);
  });

  it('are searched for cycles of any length', () => {
    const circle = ['a', 'b', 'c'].map((from, place, all) => ({ from, to: all[(place + 1) % 3] ?? '' }));
    expect(cycles([{ from: 'd', to: 'a' }, ...circle])).toEqual([['a', 'b', 'c', 'a']]);
  });

  it('never come from tests', () => {
    const isForTests = (path: string) => /(^|\/)(testing|tests)\//.test(path);
    const forbidden = imports.filter(({ from, to }) => isForTests(to) && !isForTests(from));
    expect(forbidden).toEqual([]);
  });
});
