# One image for every Airflow component.
#
# It starts from plain Python, not from apache/airflow: that image brings its own pinned environment with dozens of
# providers, beside which our lock could not be installed unchanged.  What the tests run on is what runs here.

FROM python:3.12.12-slim-bookworm AS packages
RUN pip install --no-cache-dir uv==0.13.9
ENV VIRTUAL_ENV=/opt/venv
RUN uv venv /opt/venv
# requirements-stack.txt for docker-compose.yml, requirements-kubernetes.txt for the image of launch/kubernetes.
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-stack.txt requirements-kubernetes.txt /tmp/
# Bytecode is compiled here: without it every Airflow process starts in 3.5 s instead of 1.3 s.
RUN uv pip install --no-cache --no-deps --compile-bytecode --require-hashes --requirement "/tmp/$REQUIREMENTS"
WORKDIR /opt/mediawatch
COPY pyproject.toml requirements.in README.md LICENSE ./
COPY include include
RUN uv pip install --no-cache --no-deps --editable .

FROM python:3.12.12-slim-bookworm
RUN groupadd --gid 10001 mediawatch && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin mediawatch
COPY --from=packages /opt/venv /opt/venv
WORKDIR /opt/mediawatch
COPY --from=packages /opt/mediawatch/ ./
COPY dags dags
COPY plugins plugins
COPY demo demo
COPY launch launch
COPY devsites devsites
# The volumes of docker-compose.yml take over the owner of the folders they are mounted on.
RUN python -m compileall -q include dags plugins demo launch devsites \
    && install -d -o mediawatch -g mediawatch /var/lib/mediawatch/lake /var/lib/mediawatch/sources \
       /var/lib/mediawatch/backup /var/lib/mediawatch/scratch /run/mediawatch /opt/airflow /var/log/airflow
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/mediawatch/include:/opt/mediawatch \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIRFLOW_HOME=/opt/airflow
USER 10001:10001
CMD ["mediawatch", "--help"]
