import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHarm } from '../../models/geometry/harm.ts';
import type { DifferenceGroup } from '../../models/types.ts';
import {
  applicable,
  boxSizes,
  countFacets,
  differenceKinds,
  listPictures,
  noFilter,
  type PictureFilter,
  type Verdict,
} from './pictureFilter.ts';

/** A verdict whose counts are those of its groups. */
function verdictOf(groups: readonly DifferenceGroup[]): Verdict {
  const sum = (kind: DifferenceGroup['kind']) =>
    groups.filter((group) => group.kind === kind).reduce((total, { count }) => total + count, 0);
  return {
    lost: sum('lost'),
    extra: sum('extra'),
    moved: sum('moved'),
    changedClass: sum('changed-class'),
    groups,
    current: true,
  };
}

const group = (kind: DifferenceGroup['kind'], classId: number, size: DifferenceGroup['size'], count = 1) => ({
  kind,
  classId,
  size,
  count,
});

const pictures = ['street.jpg', 'Street at night.jpg', 'farm.jpg', 'new.jpg'].map((name) => ({
  path: `/photos/${name}`,
  name,
}));
const verdicts = new Map([
  ['/photos/street.jpg', verdictOf([group('lost', 0, 'small'), group('extra', 2, 'large')])],
  ['/photos/Street at night.jpg', verdictOf([group('lost', 2, 'large', 2), group('lost', 0, 'small')])],
  ['/photos/farm.jpg', verdictOf([])],
]);
const look = (path: string) => verdicts.get(path);
const listed = (filter: Partial<PictureFilter>, worstFirst = false) =>
  listPictures(pictures, look, { ...noFilter, ...filter }, worstFirst).map(({ name }) => name);

describe('listPictures', () => {
  it('lists all of them without a filter, those never compared too', () => {
    expect(listed({})).toEqual(pictures.map(({ name }) => name));
  });
  it('puts those first that lost most', () => {
    expect(listed({}, true)).toEqual(['Street at night.jpg', 'street.jpg', 'farm.jpg', 'new.jpg']);
  });
  it('wants one box that fits in all respects', () => {
    expect(listed({ kinds: ['extra'] })).toEqual(['street.jpg']);
    expect(listed({ classId: 2 })).toEqual(['street.jpg', 'Street at night.jpg']);
    // The street lost a small thing of class 0 and has a large one of class 2 more, but lost no large one.
    expect(listed({ kinds: ['lost'], size: 'large' })).toEqual(['Street at night.jpg']);
    expect(listed({ kinds: ['lost', 'extra'], size: 'large' })).toEqual(['street.jpg', 'Street at night.jpg']);
    expect(listed({ kinds: ['moved'] })).toEqual([]);
  });
  it('goes by names and choices alone where nothing is compared', () => {
    const chosen = { label: '', paths: new Set(['/photos/farm.jpg']) };
    const filter: PictureFilter = { kinds: ['lost'], classId: 1, size: 'small', text: 'a', chosen };
    expect(applicable(filter, true)).toBe(filter);
    expect(applicable(filter, false)).toEqual({ ...noFilter, text: 'a', chosen });
  });
  it('finds names in any case, and chosen pictures alone', () => {
    expect(listed({ text: ' STREET ' })).toEqual(['street.jpg', 'Street at night.jpg']);
    expect(
      listed({ text: 'a', chosen: { label: '', paths: new Set(['/photos/farm.jpg', '/photos/new.jpg']) } }),
    ).toEqual(['farm.jpg']);
  });
});

describe('the worst first', () => {
  it('is the order of harm, pictures alike in their own order, those without a verdict like unharmed ones', () => {
    const count = fc.integer({ min: 0, max: 2 });
    const harms = fc.record({ lost: count, extra: count, moved: count, changedClass: count });
    fc.assert(
      fc.property(fc.array(fc.option(harms, { nil: undefined }), { maxLength: 12 }), (all) => {
        const many = all.map((_, index) => ({ path: `p${index}`, name: '' }));
        const harmOf = (path: string) => all[Number(path.slice(1))];
        const of = (path: string) => {
          const harm = harmOf(path);
          return harm && { ...harm, groups: [], current: true };
        };
        const none = { lost: 0, extra: 0, moved: 0, changedClass: 0 };
        expect(listPictures(many, of, noFilter, true)).toEqual(
          many.toSorted((a, b) => compareHarm(harmOf(a.path) ?? none, harmOf(b.path) ?? none)),
        );
      }),
    );
  });
});

describe('countFacets', () => {
  it('says how many pictures each choice would list', () => {
    const facets = countFacets(pictures, look, { ...noFilter, classId: 2 });
    expect(facets.kinds).toEqual(
      new Map([
        ['extra', 1],
        ['lost', 1],
      ]),
    );
    expect(facets.sizes).toEqual(new Map([['large', 2]]));
    expect(facets.classes).toEqual(
      new Map([
        [0, 2],
        [2, 2],
      ]),
    );
  });

  it('agrees with what is then listed', () => {
    const groups = fc.array(
      fc.record({
        kind: fc.constantFrom(...differenceKinds),
        classId: fc.nat(3),
        size: fc.constantFrom(...boxSizes),
        count: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 4 },
    );
    const filters = fc.record({
      kinds: fc.subarray([...differenceKinds]),
      classId: fc.option(fc.nat(3)),
      size: fc.option(fc.constantFrom(...boxSizes)),
      text: fc.constantFrom('', '1'),
      chosen: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(groups, { maxLength: 8 }), filters, (all, filter) => {
        const many = all.map((_, index) => ({ path: `p${index}`, name: `${index}.jpg` }));
        const of = (path: string) => verdictOf(all[Number(path.slice(1))] ?? []);
        const count = (changed: Partial<PictureFilter>) =>
          listPictures(many, of, { ...filter, ...changed }, false).length;
        const facets = countFacets(many, of, filter);
        for (const kind of differenceKinds) expect(facets.kinds.get(kind) ?? 0).toBe(count({ kinds: [kind] }));
        for (const size of boxSizes) expect(facets.sizes.get(size) ?? 0).toBe(count({ size }));
        for (const classId of [0, 1, 2, 3]) expect(facets.classes.get(classId) ?? 0).toBe(count({ classId }));
      }),
    );
  });
});
