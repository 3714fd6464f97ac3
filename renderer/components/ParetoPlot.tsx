import { CartesianGrid, LabelList, ResponsiveContainer, Scatter, ScatterChart, XAxis, YAxis } from 'recharts';
import type { Variant } from '../../electron/contract.ts';
import type { CompareReport } from '../../models/types.ts';
import { fileName, formatMilliseconds } from '../format.ts';
import type { Dictionary } from '../i18n/en.ts';
import { useText } from '../i18n/text.ts';
import styles from './ParetoPlot.module.css';

interface PlottedPoint {
  readonly path: string;
  readonly name: string;
  readonly p50: number;
  readonly f1: number;
  readonly best: boolean;
}

function pointsOf(
  report: CompareReport,
  variants: readonly Variant[],
  { compare }: Dictionary,
): readonly PlottedPoint[] {
  return report.pareto.map(({ path, p50, f1, best, isInvalid }) => {
    // A variant that was taken out of the project is known to the comparison alone.
    const known =
      variants.find(({ modelPath }) => modelPath === path) ?? report.models.find((one) => one.path === path);
    const name = known?.name ?? fileName(path);
    return { path, name: isInvalid ? `${name} (${compare.invalid})` : name, p50, f1, best };
  });
}

/** Round F1 values from a little below the lowest up to 1. */
function ticksFrom(lowest: number): number[] {
  const step = lowest > 0.8 ? 0.05 : 0.2;
  const first = Math.max(0, Math.floor((lowest - 0.01) / step));
  const last = Math.round(1 / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Speed against agreement: filled points are those that no other beats in both. */
export function ParetoPlot(props: {
  readonly report: CompareReport;
  readonly variants: readonly Variant[];
  /** As high as the element around it. */
  readonly fills?: boolean;
}) {
  const text = useText();
  const points = pointsOf(props.report, props.variants, text);
  const ticks = ticksFrom(Math.min(...points.map(({ f1 }) => f1)));
  return (
    <>
      <div className={props.fills ? styles.filling : styles.plot} aria-hidden>
        <ResponsiveContainer>
          <ScatterChart margin={{ top: 16, right: 96, bottom: 22, left: 4 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--line-soft)" />
            <XAxis
              type="number"
              dataKey="p50"
              domain={[0, 'auto']}
              stroke="var(--dim)"
              tick={{ fontSize: 12, fill: 'var(--dim)' }}
              label={{
                value: text.optimize.paretoX,
                position: 'insideBottom',
                offset: -14,
                fill: 'var(--dim)',
                fontSize: 12,
              }}
            />
            <YAxis
              type="number"
              dataKey="f1"
              domain={[ticks[0] ?? 0, 1]}
              ticks={ticks}
              width={58}
              stroke="var(--dim)"
              tick={{ fontSize: 12, fill: 'var(--dim)' }}
              tickFormatter={(value: number) => value.toFixed(2)}
              label={{
                value: text.optimize.paretoY,
                position: 'insideLeft',
                angle: -90,
                offset: 8,
                fill: 'var(--dim)',
                fontSize: 12,
              }}
            />
            <Points points={points.filter(({ best }) => best)} filled />
            <Points points={points.filter(({ best }) => !best)} filled={false} />
          </ScatterChart>
        </ResponsiveContainer>
      </div>
      <ul className="hidden">
        {points.map(({ path, name, p50, f1 }) => (
          <li key={path}>{`${name}: ${formatMilliseconds(p50)}, F1 ${f1.toFixed(3)}`}</li>
        ))}
      </ul>
    </>
  );
}

function Points({ points, filled }: { readonly points: readonly PlottedPoint[]; readonly filled: boolean }) {
  return (
    <Scatter
      data={[...points]}
      fill={filled ? 'var(--accent)' : 'var(--bg)'}
      stroke="var(--accent)"
      strokeWidth={1.5}
      isAnimationActive={false}
    >
      <LabelList dataKey="name" position="right" fill="var(--text)" fontSize={12} />
    </Scatter>
  );
}
