import type { Dictionary } from '../../i18n/en.ts';

/** What the form calls a part of a specification ("input.channels"); parts that are in no form keep their key. */
export function describePart(part: string, { reading }: Dictionary): string {
  const names = new Map([
    ['family', reading.family],
    ['input.size', reading.size],
    ['input.channels', reading.channels],
    ['input.scale', reading.scale],
    ['input.mean', reading.mean],
    ['input.std', reading.std],
    ['input.resize', reading.resize],
    ['input.padValue', reading.padValue],
    ['strides', reading.strides],
    ['anchors', reading.anchors],
    ['activation.box', reading.box],
    ['activation.objectness', reading.objectness],
    ['activation.class', reading.classActivation],
    ['classNames', reading.names],
  ]);
  return names.get(part) ?? part;
}
