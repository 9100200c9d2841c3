// Artist × tag × year: answered from the columns in data/*.json, which arrive newest shard first.
'use strict';
(() => {
  const gallery = window.gallery;
  // tiles of the first paint, more than a screen on any phone
  const FIRST = 18;
  // tiles shown at once; the rest waits behind "load more"
  const STEP = 60;
  // choices in one list: the commonest, when there are more
  const MOST = 200;
  // one fetch of each file for all visits to the form
  const kept = new Map();
  const json = (path, wait) => gallery.once(kept, path, async () =>
    (await gallery.ask(gallery.absolute(path, `${gallery.root}data/`), wait)).json());
  const year = (day) => new Date(day * 864e5).getUTCFullYear();
  const date = (day) => new Date(day * 864e5).toISOString().slice(0, 10);

  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

  const shardOf = async ({ file, alts }) => {
    // all are asked for at once, and share the line
    const shard = await json(file, 12e4);
    shard.alts = alts;
    shard.y ||= shard.d.map(year);
    return shard;
  };

  // What a page of the list says of a work, also one that "load more" has brought; the columns know less.
  const whole = (original, name) => {
    const copy = (original.find((item) => item.id === name) || document.querySelector(`.more #${name}`))?.cloneNode(true);
    copy?.removeAttribute('id');
    return copy;
  };

  // What its maker says of a picture weighs more than all else about it: it comes when some of its shard are shown.
  const describe = async (image, { alts }, at) => {
    const { alt, lang } = await json(alts, 12e4);
    if (!alt[at]) return;
    image.alt = alt[at];
    if (lang[at]) image.lang = lang[at];
  };

  const tile = (template, index, shard, at, hash) => {
    const copy = template.content.firstElementChild.cloneNode(true);
    const artist = index.artists[shard.a[at]];
    const day = date(shard.d[at]);
    const note = index.notes[shard.n[at]];
    const file = shard.i[at];
    const work = index.work_pages && `${gallery.home}a/${artist.slug}/w/${shard.id[at]}/index.html${hash}`;
    const target = shard.p?.[at] || work;
    const [link, picture, image] = ['.t', 'picture', 'img'].map((name) => copy.querySelector(name));
    copy.classList.add(`r${shard.r[at]}`, `c${shard.c[at]}`);
    if (target) link.href = target;
    if (file) {
      for (const source of picture.querySelectorAll('source')) source.srcset = `${gallery.root}i/${file}-320.avif`;
      image.width = shard.w[at];
      image.height = shard.h[at];
      image.alt = gallery.say('alt', { artist: artist.name, date: day });
      image.src = `${gallery.root}i/${file}-320.jpg`;
      describe(image, shard, at).catch(() => {});
    } else {
      const words = gallery.say(note === 'sensitive' ? note : 'elsewhere');
      picture.replaceWith(gallery.make('span', { class: 'none' }, words));
    }
    for (const mark of copy.querySelectorAll('[data-note]')) if (mark.dataset.note !== note) mark.remove();
    const by = copy.querySelector('.by');
    if (by) {
      by.href = `${gallery.home}a/${artist.slug}/index.html`;
      by.textContent = artist.name;
      if (artist.lang) by.lang = artist.lang;
    }
    copy.querySelector('time').textContent = day;
    const score = copy.querySelector('data');
    if (shard.s[at] >= 0) {
      score.value = shard.s[at] / 100;
      score.textContent = `${shard.s[at]}%`;
    }
    // where the picture leads to the post, the score leads to the work
    if (work && target !== work) {
      const words = score.textContent;
      const label = `${words} – ${gallery.say('details')}`;
      score.replaceChildren(gallery.make('a', { class: 'details', href: work, 'aria-label': label }, words));
    }
    return copy;
  };

  const fill = (select, options, counts) => {
    const chosen = select.value;
    const kept = options.filter(([value]) => counts.get(value) || String(value) === chosen);
    const rank = ([value]) => (String(value) === chosen ? Infinity : counts.get(value) || 0);
    if (kept.length > MOST) kept.sort((one, other) => rank(other) - rank(one)).splice(MOST);
    const made = kept.map(([value, name]) => {
      const option = new Option(`${name} (${gallery.local(counts.get(value) || 0)})`, value);
      option.selected = String(value) === chosen;
      return option;
    });
    select.replaceChildren(select.options[0], ...made);
  };

  // The form's list made ready: what is returned shows, as often as it is called, what the form asks for then.
  const prepare = async (form) => {
    const index = await json('index.json');
    const fields = ['artist', 'tag', 'year'].map((name) => form.elements[name]).filter(Boolean);
    const list = document.querySelector('main > .g');
    const template = document.getElementById('tile');
    const original = [...list.childNodes];
    // What an address asks for may be gone since it was shared: it stays a choice, and nothing matches it.
    const query = new URLSearchParams(location.search);
    const [artist, tag, year] = ['artist', 'tag', 'year'].map((name) => query.get(name));
    const isTag = (name) => name.toLowerCase() === tag?.toLowerCase();
    if (artist && !index.artists.some(({ slug }) => slug === artist)) index.artists.push({ slug: artist, name: artist });
    if (tag && !index.tags.some(isTag)) index.tags.push(tag);
    if (year > 0 && !index.years.includes(Number(year))) index.years.push(Number(year));
    const asked = {
      artist: index.artists.findIndex(({ slug }) => slug === artist),
      tag: index.tags.findIndex(isTag),
      year: Number(year) || -1,
    };
    // what the page itself is about stays: an artist's pictures, or a tag's
    const fixed = {
      artist: index.artists.findIndex(({ slug }) => slug === form.dataset.artist),
      tag: index.tags.indexOf(form.dataset.tag),
    };
    // the tile's id: a list of several artists names whose work it is
    const named = (shard, at) =>
      ['w', ...(form.dataset.artist ? [] : [index.artists[shard.a[at]].slug]), shard.id[at]].join('-');
    const byScore = form.dataset.order === 'score';
    // a person's word is above every score
    const rank = ([shard, at]) => (shard.s[at] < 0 ? 101 : shard.s[at]);
    const label = index.labels.indexOf(form.dataset.label);
    const options = {
      artist: index.artists.map(({ name }, at) => [at, name]),
      tag: index.tags.map((name, at) => [at, name]).sort(([, one], [, other]) => one.localeCompare(other, document.documentElement.lang)),
      year: index.years.map((value) => [value, value]),
    };
    const button = gallery.make('button', { type: 'button', class: 'btn' }, gallery.say('more'));
    const further = gallery.make('div', { class: 'pg', hidden: '' }, button);
    (document.querySelector('main > .pg') || list).after(further);
    let turn = 0;
    // after Back or a reload: how far "load more" had gone, and where the visitor was
    let restoring = location.search ? history.state : null;

    // One pass over the columns: what matches, and how many there would be under each other choice.
    const scan = (shard, wanted, found, counts) => {
      for (let at = 0; at < shard.id.length; at += 1) {
        if (shard.l[at] !== label) continue;
        const artist = wanted.artist === null || shard.a[at] === wanted.artist;
        const tag = wanted.tag === null || shard.t[at].includes(wanted.tag);
        const inYear = wanted.year === null || shard.y[at] === wanted.year;
        const add = (name, value) => counts[name].set(value, (counts[name].get(value) || 0) + 1);
        if (artist && tag && inYear) found.push([shard, at]);
        if (tag && inYear) add('artist', shard.a[at]);
        if (artist && tag) add('year', shard.y[at]);
        if (artist && inYear) for (const name of shard.t[at]) add('tag', name);
      }
    };

    const hideRest = (hidden) => {
      for (const part of document.querySelectorAll('main > .more, main > nav.pg')) part.hidden = hidden;
    };

    const answer = async () => {
      const mine = (turn += 1);
      // another choice, or another page in place of this one
      const stale = () => mine !== turn || !form.isConnected;
      const chosen = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      const number = (value) => (value ? Number(value) : null);
      const wanted = { artist: number(chosen.artist), tag: number(chosen.tag), year: number(chosen.year) };
      const any = Object.values(wanted).some((value) => value !== null);
      for (const [name, value] of Object.entries(fixed)) if (value >= 0) wanted[name] = value;
      const found = [];
      const counts = { artist: new Map(), tag: new Map(), year: new Map() };
      let drawn = 0;
      let limit = FIRST;
      const draw = () => {
        hideRest(true);
        const fresh = found.slice(drawn, limit).map(([shard, at]) =>
          whole(original, named(shard, at)) || tile(template, index, shard, at, byScore ? '' : '#by-date'));
        if (!drawn) list.replaceChildren(...fresh);
        else list.append(...fresh);
        drawn += fresh.length;
        further.hidden = found.length <= drawn;
        form.querySelector('output').textContent = found.length ? gallery.say('works', { n: found.length }) : '';
      };
      if (!any) {
        hideRest(false);
        list.replaceChildren(...original);
        further.hidden = true;
        form.querySelector('output').textContent = '';
      }
      button.onclick = () => {
        const first = drawn;
        limit += STEP;
        draw();
        gallery.history('replaceState', { ...history.state, tiles: drawn });
        list.children[first]?.querySelector('a').focus({ preventScroll: true });
      };
      for (const shard of index.shards.map(shardOf)) {
        scan(await shard, wanted, found, counts);
        if (stale()) return;
        if (any && !byScore && !drawn && found.length >= FIRST) {
          draw();
          await painted();
        }
      }
      if (stale()) return;
      // of equals the newest stays first
      if (any && byScore) found.sort((one, other) => rank(other) - rank(one));
      if (any) draw();
      await painted();
      if (stale()) return;
      limit = Math.max(STEP, restoring?.tiles || 0);
      if (any) draw();
      if (any && restoring?.tiles) scrollTo(0, restoring.y || 0);
      restoring = null;
      if (any && !found.length) form.querySelector('output').textContent = gallery.say('none');
      for (const field of fields) fill(field, options[field.name], counts[field.name]);
      const query = new URLSearchParams();
      if (wanted.artist !== null && fixed.artist < 0) query.set('artist', index.artists[wanted.artist].slug);
      if (wanted.tag !== null && fixed.tag < 0) query.set('tag', index.tags[wanted.tag]);
      if (wanted.year !== null) query.set('year', wanted.year);
      const { first, above = first, tiles, ...state } = history.state || {};
      if (drawn > STEP) state.tiles = drawn;
      // Where "load more" began, by another name: it must not add pages to an answer after a reload.
      if (above) state[any ? 'above' : 'first'] = above;
      // The choice stands in the address, so that it can be shared and survives Back.
      const address = gallery.absolute(any ? `?${query}` : location.pathname, location.href);
      gallery.history('replaceState', state, address);
      gallery.shown = gallery.bare(location.href);
      // A document that was loaded with its answer has only the last of the pages that "load more" had brought.
      if (above && !any && !document.querySelector('main > .more')) {
        const began = gallery.turn;
        await gallery.need('lists');
        await gallery.restore({ first: above, y: scrollY }, began);
        // another choice may have been made meanwhile
        hideRest(fields.some(({ value }) => value));
      }
    };

    for (const field of fields) {
      if (asked[field.name] < 0) continue;
      const [value, name] = options[field.name].find(([key]) => key === asked[field.name]) || [];
      if (value !== undefined) field.add(new Option(name, value, false, true));
    }
    form.addEventListener('submit', (event) => event.preventDefault());
    // pressed again, what opened the form puts it away, and the list is as it was
    const opener = document.querySelector('.filter-open');
    const open = opener.onclick;
    opener.setAttribute('aria-expanded', true);
    opener.onclick = () => {
      const opens = form.hidden || form.matches('.failed');
      opener.setAttribute('aria-expanded', opens);
      if (opens) return open();
      for (const field of fields) field.value = '';
      form.onchange();
      form.hidden = true;
    };
    return answer;
  };

  const prepared = new WeakMap();
  gallery.filter = async (form) => (await gallery.once(prepared, form, () => prepare(form)))();
})();
