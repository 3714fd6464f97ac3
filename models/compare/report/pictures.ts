import { Transformer } from '@napi-rs/image';
import { decodeImage } from '../../detect/image.ts';
import { toRgba } from '../../detect/pixels.ts';
import { classColor, labelInk } from '../../geometry/classColor.ts';
import type { Detection } from '../../types.ts';
import { type Html, html, nothing } from './html.ts';

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
  const { width, height, rgb } = await decodeImage(path);
  const scale = Math.min(1, maximumWidth / width);
  const stored = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const transformer = Transformer.fromRgbaPixels(toRgba(rgb), width, height);
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

const dashes: Readonly<Record<BoxKind, string>> = { plain: 'none', extra: '10 4', lost: '3 4' };
const prefixes: Readonly<Record<BoxKind, string>> = { plain: '', extra: '+ ', lost: '− ' };

/** Width of a label in units of its font size: wide characters take one, others a little over a half. */
function estimateWidth(text: string): number {
  let width = 0.6;
  for (const character of text) width += /[\u1100-\ud7ff\uf900-\uffef]/.test(character) ? 1.02 : 0.58;
  return width;
}

function renderBox({ detection, kind }: DrawnBox, picture: StoredPicture, font: number): Html {
  const [left = 0, top = 0, right = 0, bottom = 0] = detection.box.map((edge) => edge * picture.scale);
  const place = html`x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${Math.max(0, right - left).toFixed(1)}" height="${Math.max(0, bottom - top).toFixed(1)}"`;
  const color = kind === 'lost' ? '#ff6b6b' : classColor(detection.classId);
  return html`<rect ${place} fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="4" vector-effect="non-scaling-stroke"/><rect ${place} fill="${kind === 'lost' ? '#ff6b6b' : 'none'}" fill-opacity="0.12" stroke="${color}" stroke-width="2" stroke-dasharray="${dashes[kind]}" vector-effect="non-scaling-stroke"/>${renderLabel({ detection, kind }, picture, font, left, top, color)}`;
}

function renderLabel(
  { detection, kind }: DrawnBox,
  picture: StoredPicture,
  font: number,
  left: number,
  top: number,
  color: string,
): Html {
  const text = `${prefixes[kind]}${detection.className} ${detection.score.toFixed(2)}`;
  const width = estimateWidth(text) * font;
  const height = font * 1.4;
  const x = Math.max(0, Math.min(left, picture.width - width));
  // Above the box where there is room, else inside it.
  const y = top >= height ? top - height : Math.max(0, top);
  return html`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${color}"/><text x="${(x + 0.3 * font).toFixed(1)}" y="${(y + 1.05 * font).toFixed(1)}" fill="${labelInk}" style="font-size:${font.toFixed(1)}px">${text}</text>`;
}

/** One picture with boxes, as wide as its pane; its text twin lists the boxes for screen readers. */
export function renderOverlay(picture: StoredPicture, boxes: readonly DrawnBox[], panes: number): Html {
  const font = picture.width * (panes > 2 ? 0.036 : 0.027);
  const described = boxes
    .map(
      ({ detection, kind }) =>
        `${kind === 'plain' ? '' : `${kind} `}${detection.className} ${detection.score.toFixed(2)}`,
    )
    .join(', ');
  return html`<svg class="overlay" viewBox="0 0 ${picture.width} ${picture.height}" role="img" aria-label="${described || 'no boxes'}"><use href="#${picture.id}"/>${boxes.length === 0 ? nothing : boxes.map((box) => renderBox(box, picture, font))}</svg>`;
}
