// The viewer: PhotoSwipe with the name, the live counter, the caption and the history that it lacks.
'use strict';
(() => {
  const gallery = window.gallery;

  const size = (image) => ({ width: Number(image.getAttribute('width')), height: Number(image.getAttribute('height')) });

  const item = (link) => {
    const thumb = link.querySelector('img');
    // empty until the browser has come near
    const taken = thumb.currentSrc;
    const small = taken || thumb.src;
    const { full } = link.dataset;
    // A browser that took the JPEG cannot read the AVIF, and only the small copy exists as JPEG.
    const readable = full && !(link.querySelector('source') && /\.jpe?g$/.test(taken) && full.endsWith('.avif'));
    const data = { element: link, alt: thumb.alt, lang: thumb.lang, msrc: small, thumbCropped: true };
    if (readable) {
      const [width, height] = link.dataset.size.split('x').map(Number);
      return { ...data, src: gallery.absolute(full), width, height };
    }
    const { width, height } = size(thumb);
    return { ...data, src: small, width: Math.round((1000 * width) / height), height: 1000, veiled: !full };
  };

  const neighbours = (link) => {
    const pages = document.querySelector('.more') ? document.querySelector('main') : link.closest('.g');
    return [...pages.querySelectorAll('.g .t, :scope > li > .t')].filter((each) => gallery.viewable(each) && !each.closest('[hidden]'));
  };

  // Where the address in the bar is this one already, following it would only move to its fragment.
  const enter = (url) => {
    if (gallery.bare(url) === gallery.bare(location.href)) location.reload();
    else location.assign(url);
  };

  // The sharp copy of a sensitive picture is named only on its work page.
  const reveal = async (pswp, index) => {
    const data = pswp.options.dataSource[index];
    const url = data.element.href;
    const page = await gallery.page(url).catch(() => null);
    const image = page?.querySelector('.reveal picture img, .reveal > img');
    if (!image) {
      // whoever has gone on meanwhile is not thrown to a picture that they left
      if (gallery.viewer && pswp.currIndex === index) enter(url);
      return;
    }
    const [largest] = (image.parentElement.querySelector('source') || image).getAttribute('srcset').split(', ').at(-1).split(' ');
    // the small open copy in place of the veil: it is what is shown where the large one cannot be
    Object.assign(data, {
      src: gallery.absolute(largest, url), msrc: gallery.absolute(image.getAttribute('src'), url),
      ...size(image), alt: image.alt, lang: image.lang, veiled: false,
    });
    pswp.refreshSlideContent(index);
  };

  const veil = (pswp) => {
    const { currIndex } = pswp;
    const button = gallery.make('button', { type: 'button', class: 'btn' }, gallery.say('show'));
    const ask = () => reveal(pswp, currIndex);
    button.onclick = ask;
    const box = gallery.alwaysBox((on) => on && ask());
    const { warning } = pswp.currSlide.data.element.dataset;
    const said = warning ? [gallery.make('bdi', {}, warning)] : [];
    const words = gallery.make('div', {}, gallery.say('sensitive'), ...said, button, box);
    return gallery.make('div', { class: 'viewer-veil' }, words);
  };

  const caption = (link) => {
    const copy = link.closest('li').querySelector('p').cloneNode(true);
    const artist = document.querySelector('main h1');
    if (artist && !copy.querySelector('.by')) {
      const name = gallery.make('bdi', { class: 'by' }, ...artist.cloneNode(true).childNodes);
      if (artist.lang) name.lang = artist.lang;
      copy.prepend(name);
    }
    const hint = link.querySelector('.hint');
    if (hint) copy.append(hint.cloneNode(true));
    const details = gallery.make('a', { href: link.href, class: 'details' }, gallery.say('details'));
    details.onclick = (event) => {
      if (!gallery.plain(event)) return;
      event.preventDefault();
      enter(details.href);
    };
    copy.append(details);
    return copy;
  };

  gallery.open = (start, push = true) => {
    if (gallery.viewer) return;
    const links = neighbours(start);
    // what stands below the picture, of one line or of several
    let label = null;
    const below = () => Math.max(72, Math.min(label?.querySelector('p').offsetHeight + 24 || 0, innerHeight / 2));
    const pswp = new window.PhotoSwipe({
      dataSource: links.map(item),
      index: links.indexOf(start),
      loop: false,
      returnFocus: false,
      wheelToZoom: true,
      // small copies can be looked at closely, too
      secondaryZoomLevel: (level) => Math.max(1, level.fit * 2),
      bgOpacity: 1,
      mainClass: 'viewer',
      paddingFn: (size) => ({ top: size.x < 640 ? 52 : 16, bottom: below(), left: 0, right: 0 }),
      closeTitle: gallery.say('close'),
      zoomTitle: gallery.say('zoom'),
      arrowPrevTitle: gallery.say('prev'),
      arrowNextTitle: gallery.say('next'),
      errorMsg: gallery.say('error'),
    });
    const current = () => links[pswp.currIndex];
    const live = gallery.make('p', { class: 'vh', 'aria-live': 'polite' });
    let timer = 0;
    // the visitor went back: the address is the list's already
    let left = false;

    pswp.on('uiRegister', () => pswp.ui.registerElement({
      name: 'caption', className: 'viewer-caption', appendTo: 'root',
      onInit: (element) => pswp.on('change', () => {
        const { data } = pswp.currSlide;
        label = element;
        element.replaceChildren(...(data.veiled ? [veil(pswp)] : []), caption(current()));
        if (below() > 72) pswp.updateSize(true);
        if (data.veiled && gallery.always()) reveal(pswp, pswp.currIndex);
      }),
    }));
    pswp.on('afterInit', () => {
      // its neighbours come when it is open; until then no button can be pressed, for a turn would end at nothing
      pswp.element.ariaBusy = !pswp.opener.isOpen;
      pswp.element.setAttribute('aria-modal', 'true');
      pswp.element.setAttribute('aria-label', gallery.say('viewer'));
      pswp.element.append(live);
    });
    pswp.on('openingAnimationEnd', () => pswp.element.ariaBusy = false);
    pswp.on('change', () => {
      const link = current();
      // The list follows behind the curtain, so that closing lands where the visitor is now.
      link.scrollIntoView({ block: 'nearest', behavior: 'instant' });
      const { alt, lang } = link.querySelector('img');
      live.replaceChildren(`${gallery.say('counter', { n: pswp.currIndex + 1, total: links.length })}: `, gallery.make('span', lang && { lang }, alt));
      clearTimeout(timer);
      // Browsers refuse more than a hundred moves in half a minute; held arrow keys make more.
      if (pswp.opener.isOpen) timer = setTimeout(() => {
        gallery.history('replaceState', { viewer: true }, link.href);
        // what was focused is gone or can be pressed no more; the dialog keeps the keyboard
        if (!pswp.element.contains(document.activeElement)) pswp.element.focus({ preventScroll: true });
      }, 120);
    });
    pswp.on('contentAppend', ({ content: { element, data } }) => {
      if (element && data.lang) element.lang = data.lang;
    });
    pswp.on('loadError', ({ content }) => {
      if (content.data.src === content.data.msrc) return;
      content.data.src = content.data.msrc;
      pswp.refreshSlideContent(content.index);
    });
    pswp.on('keydown', ({ originalEvent: key }) => {
      // a zoomed picture goes as far as its edge before the next one comes
      const { pan, bounds } = pswp.currSlide;
      pswp.options.arrowKeys = pan.x === bounds[key.key === 'ArrowLeft' ? 'min' : 'max'].x;
      if (key.key.toLowerCase() === 'o' && gallery.plain(key)) pswp.element.querySelector('.viewer-caption .post')?.click();
    });
    pswp.on('close', () => {
      clearTimeout(timer);
      if (!left && history.state?.viewer) history.back();
    });
    pswp.on('destroy', () => {
      gallery.viewer = null;
      current().focus({ preventScroll: true });
    });

    gallery.viewer = {
      leave: () => {
        left = true;
        if (pswp.opener.isOpen) pswp.close();
        // PhotoSwipe ignores close() while it opens
        else pswp.on('openingAnimationEnd', () => pswp.close());
      },
    };
    if (push && gallery.onWeb) {
      gallery.history('replaceState', { ...history.state, y: scrollY });
      history.scrollRestoration = 'manual';
      gallery.history('pushState', { viewer: true }, start.href);
    }
    pswp.init();
  };
})();
