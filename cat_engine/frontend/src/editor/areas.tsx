/** Areas of a picture: those that can be chosen, and those in which points earn something. */
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Earned } from './asking';
import { Canvas } from './canvas';
import { blankOption, freeName, type Area, type Option, type Part, type Shape } from './document';
import { Button, FaultsAt, Line, Select, idOf, useCtrl } from './fields';
import { askedAt, partAt, rulePlace, under, withAsked, withRule, withValue } from './lens';
import { letterOf } from './options';
import { RichField } from './rich_field';
import { isHeld, namesOf } from './rules';
import { DRAWN, inTheMiddle, namesOfNumbers, reshaped, type Size } from './shapes';

/** The picture's size in the units of areas; taken from the picture where nobody said. */
function useSize(at: string) {
  const ctrl = useCtrl();
  const settings = askedAt(ctrl.document.value, at).settings ?? {};
  const size: Size = { width: Number(settings.width ?? 0) || 100, height: Number(settings.height ?? 0) || 100 };
  const onSize = (natural: Size, isFree: boolean) => {
    const isKnown = Number(settings.width ?? 0) > 0 && Number(settings.height ?? 0) > 0;
    if (isKnown && !isFree) return;
    if (natural.width === settings.width && natural.height === settings.height) return;
    ctrl.change((document) => withAsked(document, at, { settings: { ...askedAt(document, at).settings, ...natural } }));
  };
  return { size, onSize };
}

/** Options (or gaps) that lie on the picture. */
export function AreaEditor({ at, list = 'options' }: { at: string; list?: 'options' | 'targets' }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const part = partAt(ctrl.document.value, at);
  const { size, onSize } = useSize(at);
  const [shape, setShape] = useState<Shape>('rect');
  if (!asked.image) return <><FaultsAt place={under(at, list)} /><p class="hint">{t('editor.canvas_first')}</p></>;
  const rows = asked[list];
  const isLocked = !isHeld(asked, part);
  const isHotspot = asked.kind === 'hotspot';
  const right = part?.kind === 'key' ? namesOf(part.key) : [];
  const set = (next: Option[]) => ctrl.change((document) => withAsked(document, at, { [list]: next }));
  const setArea = (index: number, area: Area) => ctrl.change((document) => withValue(document, `${under(at, list)}/${index}/area`, area));
  const add = (area: Area) => !isLocked && isHotspot && set([...rows, { ...blankOption(freeName(rows.map((one) => one.id))), area }]);
  const remove = (index: number) => isHotspot && !isLocked && set(rows.filter((_, other) => other !== index));
  const what = (index: number) => `${t('editor.area')} ${letterOf(index)}`;
  return (
    <AreaList place={under(at, list)} shape={shape} setShape={setShape} canAdd={isHotspot && !isLocked} add={() => add(inTheMiddle(shape, size))}
      canvas={<Canvas image={asked.image} size={size} shape={shape} add={add} set={setArea} remove={remove}
        onSize={(natural) => onSize(natural, !rows.some((one) => one.area))}
        listed={rows.map((one, index) => ({ area: one.area ?? ['rect', [0, 0, 0, 0]], letter: letterOf(index), label: what(index), isRight: right.includes(one.id) }))} />}>
      {rows.map((option, index) => (
        <AreaRow key={option.id} place={`${under(at, list)}/${index}/area`} what={what(index)} area={option.area ?? ['rect', [0, 0, 0, 0]]} size={size} set={(area) => setArea(index, area)}
          {...(isHotspot && !isLocked ? { remove: () => remove(index) } : {})}>
          {isHotspot && !isLocked && <Earned at={at} option={option} index={index} />}
          {isHotspot && <RichField place={`${under(at, list)}/${index}/text`} label={t('editor.area_name', { what: what(index) })} isLine />}
        </AreaRow>
      ))}
    </AreaList>
  );
}

/** Areas in which a point earns its points; candidates do not see them. */
export function PointAreas({ at }: { at: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const part = partAt(ctrl.document.value, at);
  const { size, onSize } = useSize(at);
  const [shape, setShape] = useState<Shape>('circle');
  if (!asked.image || part?.kind !== 'areas') return part?.kind === 'areas' ? <p class="hint">{t('editor.canvas_first')}</p> : null;
  const place = rulePlace(ctrl.document.value, at);
  type Hit = (typeof part.areas)[number];
  const set = (change: (areas: Hit[]) => Hit[]) =>
    ctrl.change((document) => {
      const now = partAt(document, at);
      return now?.kind === 'areas' ? withRule(document, at, { ...now, areas: change(now.areas) } as Part) : document;
    });
  const setArea = (index: number, area: Area) => set((areas) => areas.map((one, other) => (other === index ? [area[0], area[1], one[2]] : one)));
  const add = (area: Area) => set((areas) => [...areas, [area[0], area[1], '5']]);
  const remove = (index: number) => set((areas) => areas.filter((_, other) => other !== index));
  const what = (index: number) => `${t('editor.area')} ${letterOf(index)}`;
  return (
    <AreaList place={`${place}/areas`} shape={shape} setShape={setShape} canAdd add={() => add(inTheMiddle(shape, size))}
      canvas={<Canvas image={asked.image} size={size} shape={shape} add={add} set={setArea} remove={remove} onSize={(natural) => onSize(natural, part.areas.length === 0)}
        listed={part.areas.map((one, index) => ({ area: [one[0], one[1]], letter: letterOf(index), label: what(index), isRight: true }))} />}>
      {part.areas.map(([form, numbers, points], index) => (
        <AreaRow key={index} place={`${place}/areas/${index}`} what={what(index)} area={[form, numbers]} size={size} set={(area) => setArea(index, area)} remove={() => remove(index)}>
          <Line place={`${place}/areas/${index}/2`} label={`${t('editor.points_of')} ${letterOf(index)}`} isNumber value={points}
            put={(typed) => set((areas) => areas.map((one, other) => (other === index ? [one[0], one[1], typed] : one)))} />
        </AreaRow>
      ))}
    </AreaList>
  );
}

function AreaList(props: { place: string; shape: Shape; setShape: (shape: Shape) => void; canAdd: boolean; add: () => void; canvas: ComponentChildren; children: ComponentChildren }) {
  const { t } = useCtrl();
  return (
    <div class="areas" id={idOf(`${props.place}-areas`)}>
      <p class="hint">{t('editor.areas_hint')}</p>
      <FaultsAt place={props.place} />
      {props.canAdd && (
        <div class="points-row">
          <Select id={idOf(`${props.place}-shape`)} label={t('editor.shape')} value={props.shape} options={DRAWN.map((one) => [one, t(`editor.shape.${one}`)] as const)} put={(one) => props.setShape(one as Shape)} />
          <Button label={t('editor.add_area')} act={props.add} />
        </div>
      )}
      {props.canvas}
      {props.children}
    </div>
  );
}

/** The shape and the numbers of one area: what a keyboard needs to say exactly where. */
function AreaRow(props: { place: string; what: string; area: Area; size: Size; set: (area: Area) => void; remove?: () => void; children?: ComponentChildren }) {
  const { t } = useCtrl();
  const { place, area, what } = props;
  const names = namesOfNumbers(area[0], area[1].length);
  const at = `${place}/1`;
  return (
    <div class="area-row" role="group" aria-label={what}>
      <div class="area-head"><strong>{what}</strong>{props.children}
        {props.remove && <Button label={t('editor.remove_what', { what })} act={props.remove}>✕</Button>}
      </div>
      <div class="numbers">
        <Select id={idOf(`${place}-form`)} label={t('editor.shape')} value={area[0]}
          options={[...DRAWN, 'default' as const].map((one) => [one, t(`editor.shape.${one}`)] as const)} put={(one) => props.set(reshaped(area, one as Shape, props.size))} />
        {area[1].map((value, index) => (
          <Line key={index} place={`${at}/${index}`} isNumber value={String(value)}
            label={t(`editor.number.${names[index] ?? 'x'}`, { number: Math.floor(index / 2) + 1 })}
            put={(typed) => props.set([area[0], area[1].map((one, other) => (other === index ? typed : one))])} />
        ))}
      </div>
      <FaultsAt place={place} />
    </div>
  );
}
