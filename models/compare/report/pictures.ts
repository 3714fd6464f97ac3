import { Transformer } from '@napi-rs/image';
import { decodeImage } from '../../detect/image.ts';
import { classColor, labelInk } from '../../geometry/classColor.ts';
import type { Detection } from '../../types.ts';
import { type Html, html } from './html.ts';
import { labelWidth, type Place, placeLabel } from './labels.ts';

/** Widest a picture is stored, pixels. */
const maximumWidth = 960;
const jpegQuality = 80;

/** A picture as it lies in the report. */
export interface StoredPicture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Stored pixels per image pixel. */
  readonly scale: number;
  readonly dataUri: string;
}

/** Decodes a picture, scales it down and encodes it for the report. */
export async function storePicture(path: string, id: string): Promise<StoredPicture> {
  const { width, height, rgba } = await decodeImage(path);
  const scale = Math.min(1, maximumWidth / width);
  const stored = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const transformer = Transformer.fromRgbaPixels(rgba, width, height);
  if (scale < 1) transformer.resize(stored.width, stored.height);
  const jpeg = await transformer.jpeg(jpegQuality);
  return { id, ...stored, scale, dataUri: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
}

/** The pixels of all pictures, once; every pane shows them by reference. */
export function renderStore(pictures: readonly StoredPicture[]): Html {
  return html`<svg class="pictures-store" aria-hidden="true"><defs>
${pictures.map(
  ({ id, width, height, dataUri }) => html`<image id="${id}" width="${width}" height="${height}" href="${dataUri}"/>\n`,
)}</defs></svg>`;
}

/** What a box is to the comparison; shown by the line's style as well as by the words in its label. */
type BoxKind = 'plain' | 'extra' | 'lost';

/** One box over a picture: how it is drawn and what its label says. */
export interface DrawnBox {
  readonly detection: Detection;
  readonly kind: BoxKind;
}

/** Lost boxes are red whatever their class; dashes and label tell them from a class that is red itself. */
const lostColor = '#ff6b6b';

const dashes: Readonly<Record<BoxKind, string>> = { plain: 'none', extra: '10 4', lost: '3 4' };
const prefixes: Readonly<Record<BoxKind, string>> = { plain: '', extra: '+ ', lost: '− ' };

function colorOf({ detection, kind }: DrawnBox): string {
  return kind === 'lost' ? lostColor : classColor(detection.classId);
}

function renderBox(place: Place, { detection, kind }: DrawnBox): Html {
  const rectangle = html`x="${place.x.toFixed(1)}" y="${place.y.toFixed(1)}" width="${place.width.toFixed(1)}" height="${place.height.toFixed(1)}" vector-effect="non-scaling-stroke"`;
  const halo = html`<rect ${rectangle} fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="4"/>`;
  return html`${halo}<rect ${rectangle} fill="${kind === 'lost' ? lostColor : 'none'}" fill-opacity="0.08" stroke="${colorOf({ detection, kind })}" stroke-width="2" stroke-dasharray="${dashes[kind]}"/>`;
}

function renderLabel(place: Place, text: string, color: string, fontSize: number): Html {
  const { x, y, width, height } = place;
  return html`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${color}"/><text x="${(x + 0.3 * fontSize).toFixed(1)}" y="${(y + 1.05 * fontSize).toFixed(1)}" fill="${labelInk}" style="font-size:${fontSize.toFixed(1)}px">${text}</text>`;
}

/** One picture with boxes, as wide as its pane; its text twin lists the boxes for screen readers. */
export function renderOverlay(picture: StoredPicture, boxes: readonly DrawnBox[], panes: number): Html {
  const fontSize = picture.width * (panes > 2 ? 0.036 : 0.027);
  const placed = boxes.map((drawn) => {
    const [left, top, right, bottom] = drawn.detection.box;
    const { scale } = picture;
    return {
      drawn,
      place: { x: left * scale, y: top * scale, width: (right - left) * scale, height: (bottom - top) * scale },
    };
  });
  const taken: Place[] = [];
  const labels = placed
    .toSorted((a, b) => b.drawn.detection.score - a.drawn.detection.score)
    .map(({ drawn, place }) => {
      const text = `${prefixes[drawn.kind]}${drawn.detection.className} ${drawn.detection.score.toFixed(2)}`;
      const size = { width: labelWidth(text, fontSize), height: 1.4 * fontSize };
      const spot = placeLabel(place, size, picture, taken);
      taken.push(spot);
      return renderLabel(spot, text, colorOf(drawn), fontSize);
    });
  const described = boxes
    .map(
      ({ detection, kind }) =>
        `${kind === 'plain' ? '' : `${kind} `}${detection.className} ${detection.score.toFixed(2)}`,
    )
    .join(', ');
  return html`<svg class="overlay" viewBox="0 0 ${picture.width} ${picture.height}" role="img" aria-label="${described || 'no boxes'}"><use href="#${picture.id}"/>${placed.map(({ drawn, place }) => renderBox(place, drawn))}${labels.reverse()}</svg>`;
}
