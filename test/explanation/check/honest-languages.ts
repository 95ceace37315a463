import type { Honest } from './honest.ts';

/** What good models say in other languages than English, with nothing but what they were shown. */
export const LANGUAGES: readonly Honest[] = [
  {
    about: 'Deployment search/search-api',
    answers: [
      `Error: Der Container search-api des Deployments search/search-api braucht mehr Speicher, als sein Limit von 512Mi erlaubt; der Kernel beendet ihn mit Exit-Code 137 (OOMKilled) [E1]. Bisher gab es 31 Neustarts [E2].

Solution:
1. Zur vorigen Version zurück: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Verbrauch mit dem Limit vergleichen: \`kubectl -n search top pod search-api-nb9fv5dn7p-968k9 --containers\`.
3. Das Speicher-Limit und den Request erhöhen oder das Speicherleck beheben.`,
      `Error: Le conteneur search-api dépasse sa limite de mémoire (512Mi) : le noyau le tue avec le code de sortie 137 [E1], et il redémarre sans cesse (CrashLoopBackOff) [E3].

Solution:
1. Revenez à la version précédente : \`kubectl -n search rollout undo Deployment/search-api\`.
2. Lisez les derniers journaux : \`kubectl -n search logs search-api-nb9fv5dn7p-968k9 -c search-api --previous --tail=50\`.
3. Augmentez la limite, avec un quart de marge.`,
      `Error: El contenedor search-api necesita más memoria de la que permite su límite (512Mi), así que el kernel lo termina con el código 137 [E1]. Solo 1 de 3 réplicas está lista.

Solution:
1. Vuelva a la versión anterior: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Compare el uso con el límite: \`kubectl -n search top pod search-api-nb9fv5dn7p-968k9 --containers\`.
3. Suba el límite o corrija la fuga de memoria.`,
      `Error: Deployment search/search-api のコンテナ search-api はメモリ上限512Miを超えたため、カーネルに終了コード137で強制終了されています(OOMKilled)[E1]。再起動は31回です[E2]。

Solution:
1. 新しいバージョンが原因なら元に戻します: \`kubectl -n search rollout undo Deployment/search-api\`
2. 使用量と上限を比べます: \`kubectl -n search top pod search-api-nb9fv5dn7p-968k9 --containers\`
3. 上限を引き上げるか、メモリリークを修正します。`,
    ],
  },
  {
    about: 'Deployment payments/payments-api',
    answers: [
      `Error: Das Image \`registry.example.com/payments/payments-api:2026.9.3\` gibt es in der Registry nicht, deshalb stehen die neuen Pods in ImagePullBackOff [E1]. Von den vier gewünschten Replikaten sind 3 bereit.

Solution:
1. Prüfen, ob der Tag 2026.9.3 ein Tippfehler ist.
2. Einen vorhandenen Tag setzen: \`kubectl -n payments set image Deployment/payments-api payments-api=REGISTRY/IMAGE:TAG\`.
3. Oder zurückrollen: \`kubectl -n payments rollout undo Deployment/payments-api\`.`,
      `Error: L'image registry.example.com/payments/payments-api:2026.9.3 n'existe pas dans le registre : « not found » [E1]. L'ancienne version continue à servir, avec 3 réplicas prêts sur 4.

Solution:
1. Vérifiez l'étiquette (tag) : y a-t-il une faute de frappe ?
2. Poussez l'image, ou choisissez un tag existant.
3. Sinon, annulez le déploiement : \`kubectl -n payments rollout undo Deployment/payments-api\`.`,
      `Error: La imagen registry.example.com/payments/payments-api:2026.9.3 no existe en el registro [E1]; por eso los Pods payments-api-xknhpd8zgk-g99pc y payments-api-xknhpd8zgk-sb6pn están en ImagePullBackOff.

Solution:
1. Compruebe si la etiqueta tiene un error tipográfico.
2. Publique la imagen o vuelva atrás: \`kubectl -n payments rollout undo Deployment/payments-api\`.
3. Corrija el nombre en el chart o en Git.`,
      `Error: イメージregistry.example.com/payments/payments-api:2026.9.3がレジストリに存在しないため、新しいPodはImagePullBackOffのままです[E1]。

Solution:
1. タグの綴りを確認してください。
2. 存在するタグを設定します: \`kubectl -n payments set image Deployment/payments-api payments-api=REGISTRY/IMAGE:TAG\`
3. または \`kubectl -n payments rollout undo Deployment/payments-api\` で元のバージョンに戻します。`,
    ],
  },
  {
    about: 'ConfigMap shop-checkout/checkout-settings',
    answers: [
      `Error: In der ConfigMap shop-checkout/checkout-settings fehlt der Schlüssel PAYMENT_API_URL; es gibt dort nur PAYMENTS_URL und ORDERS_URL [E1]. Deshalb können die Container von checkout-api, express-checkout und payment-callback nicht starten (CreateContainerConfigError).

Solution:
1. Schlüssel ansehen: \`kubectl -n shop-checkout describe ConfigMap checkout-settings\`.
2. Schlüssel ergänzen oder den Verweis in der Pod-Vorlage korrigieren: \`kubectl -n shop-checkout edit Deployment checkout-api\`.
3. Beides auch in den Manifesten ändern, die im Git-Repository liegen.`,
      `Error: Il manque la clé PAYMENT_API_URL dans la ConfigMap checkout-settings [E1] ; aucun des 4 Pods de checkout-api ne démarre, et les requêtes qui passent par l'Ingress checkout échouent.

Solution:
1. Affichez les clés : \`kubectl -n shop-checkout describe ConfigMap checkout-settings\`.
2. Ajoutez la clé ou corrigez la référence, là où les manifestes sont conservés.
3. Vérifiez-le : \`kubectl -n shop-checkout get pod checkout-api-9zxnqnhlph-5ghvv\`.`,
      `Error: El ConfigMap \`shop-checkout/checkout-settings\` no tiene la clave \`PAYMENT_API_URL\` (tiene PAYMENTS_URL y ORDERS_URL) [E1].

Solution:
1. Añada la clave: \`kubectl -n shop-checkout edit ConfigMap checkout-settings\`.
2. O corrija la plantilla: \`kubectl -n shop-checkout edit Deployment checkout-api\`.
3. Despliegue ambos juntos.`,
      `Error: ConfigMap「checkout-settings」にキーPAYMENT_API_URLがないため、checkout-apiのPodを起動できません(CreateContainerConfigError)[E1][E2]。

Solution:
1. キーの一覧を確認します: \`kubectl -n shop-checkout describe ConfigMap checkout-settings\`
2. キーを追加するか、Deployment checkout-apiのテンプレートを修正します。`,
    ],
  },
  {
    about: 'Node prod-b3',
    answers: [
      `Error: Der Node prod-b3 ist NotReady, weil sein Kubelet keinen Status mehr meldet (NodeStatusUnknown) [E1]. Der Datenbank-Pod orders-db-0 hängt in Terminating, sodass orders-api die Adresse orders-db:5432 nicht erreicht.

Solution:
1. In der Cloud-Konsole oder per SSH prüfen, ob die Maschine läuft.
2. Auf der Maschine: \`systemctl status kubelet\` und \`journalctl -u kubelet -n 200\`.
3. Ist sie endgültig weg, den Node löschen: \`kubectl delete node prod-b3\`. Vorher sicherstellen, dass sie wirklich aus ist.`,
      `Error: Le nœud prod-b3 est NotReady : son kubelet n'envoie plus d'état [E1][E2]. Les Pods de orders-api redémarrent en boucle, car ils n'atteignent plus orders-db:5432.

Solution:
1. Vérifiez si la machine tourne encore, et redémarrez-la au besoin.
2. Lisez les journaux du kubelet : \`journalctl -u kubelet -n 200\`.
3. Si elle est perdue, supprimez le nœud : \`kubectl delete node prod-b3\`.`,
      `Error: El nodo prod-b3 no está listo: su kubelet dejó de informar de su estado (NodeStatusUnknown) [E1]. El StatefulSet shop-orders/orders-db tiene ahí su único Pod.

Solution:
1. Compruebe si la máquina funciona.
2. Revise el kubelet: \`systemctl status kubelet\`.
3. Si ya no existe, elimine el nodo: \`kubectl delete node prod-b3\`.`,
      `Error: ノードprod-b3はkubeletがステータスを送信しなくなったため、NotReadyになっています[E1]。StatefulSet shop-orders/orders-dbの唯一のPodがこのノードにあります。

Solution:
1. マシンが動作しているか確認します。
2. \`systemctl status kubelet\` と \`journalctl -u kubelet -n 200\` を確認します。
3. 復旧できない場合は \`kubectl delete node prod-b3\` を実行します。`,
    ],
  },
  {
    about: 'Secret marketing-site/agency-registry',
    answers: [
      `Error: Das Pull-Secret agency-registry fehlt im Namespace marketing-site, und die Registry registry.agency.example.net verlangt Zugangsdaten (401 Unauthorized) [E1].

Solution:
1. Vorhandene Secrets anzeigen: \`kubectl -n marketing-site get secrets\`.
2. Das Secret mit gültigen Zugangsdaten neu anlegen.
3. Den wartenden Pod löschen; ServiceAccount-Secrets gelten nur für neue Pods.`,
      `Error: Le Secret agency-registry n'existe pas, et le registre registry.agency.example.net refuse l'accès anonyme (401 Unauthorized) [E1].

Solution:
1. Créez le Secret dans le namespace marketing-site.
2. Supprimez ensuite le Pod en attente.
3. Vérifiez aussi le nom de l'image : registry.agency.example.net/landing/autumn:14.`,
      `Error: Falta el Secret agency-registry en el namespace marketing-site, así que el registro registry.agency.example.net responde 401 Unauthorized [E1].

Solution:
1. Cree el Secret con credenciales válidas.
2. Haga referencia a él en la plantilla de autumn-campaign.
3. Elimine el Pod que espera.`,
      `Error: Secret「agency-registry」が存在しないため、レジストリregistry.agency.example.netの認証に失敗しています(401 Unauthorized)[E1]。

Solution:
1. \`kubectl -n marketing-site get secrets\` で確認します。
2. 有効な認証情報でSecretを作成し、待機中のPodを削除します。`,
    ],
  },
  {
    about: 'CronJob backup/ledger-db-backup',
    answers: [
      `Error: Das Backup der Ledger-Datenbank schlägt mit Exit-Code 1 fehl: Beim Hochladen nach s3://backups-ledger.example.com meldet der Speicher „AccessDenied: the access key has expired“ [E1].

Solution:
1. Den abgelaufenen Zugriffsschlüssel erneuern.
2. Einen Lauf von Hand starten: \`kubectl -n backup create job ledger-db-backup-again --from=cronjob/ledger-db-backup\`.
3. Es ist behoben, wenn der neue Pod mit Exit-Code 0 endet.`,
      `Error: La sauvegarde échoue avec le code 1 ; le journal dit « AccessDenied: the access key has expired » [E1].

Solution:
1. Renouvelez la clé d'accès.
2. Relancez-la : \`kubectl -n backup create job ledger-db-backup-again --from=cronjob/ledger-db-backup\`.`,
      `Error: La copia de seguridad falla con código 1, porque la clave de acceso ha caducado: "AccessDenied: the access key has expired" [E1].

Solution:
1. Renueve la clave.
2. Lance una ejecución manual: \`kubectl -n backup create job ledger-db-backup-again --from=cronjob/ledger-db-backup\`.`,
    ],
  },
  {
    about: 'ResourceQuota reporting/reporting-compute',
    answers: [
      `Error: Die ResourceQuota reporting-compute lässt keinen Platz mehr: 8704Mi von 12Gi sind belegt, und ein neuer Pod verlangt 4Gi [E1]. Deshalb konnten 0 von 3 Pods erstellt werden [E2][E3].

Solution:
1. Belegung ansehen: \`kubectl -n reporting describe resourcequota reporting-compute\`.
2. Limits des Deployments report-renderer senken oder Nicht-Benötigtes löschen.
3. Oder die Quota erhöhen lassen.`,
      `Error: Le quota reporting-compute est épuisé : 8704Mi utilisés sur 12Gi, alors que chaque nouveau Pod demande 4Gi [E1].

Solution:
1. Réduisez les limites de report-renderer.
2. Ou laissez le déploiement remplacer les Pods un par un : \`maxSurge: 0\` et \`maxUnavailable: 1\`.`,
      `Error: リソースクォータreporting-computeの空きが足りません。12Giのうち8704Miが使用済みで、新しいPodは4Giを要求します[E1]。

Solution:
1. \`kubectl -n reporting describe resourcequota reporting-compute\` で使用状況を確認します。
2. report-rendererの上限を下げるか、クォータを引き上げます。`,
    ],
  },
  {
    about: 'Service shop-reviews/reviews-api',
    answers: [
      `Error: Der Service shop-reviews/reviews-api wählt app=reviews-api aus, aber kein Pod hat dieses Label [E1]; die Pods tragen stattdessen app.kubernetes.io/name=reviews-api.

Solution:
1. Den Selektor (spec.selector) des Service anpassen; das wirkt sofort und startet nichts neu.
2. Prüfen: \`kubectl get endpointslices -n shop-reviews -l kubernetes.io/service-name=reviews-api\`.`,
      `Error: Le Service reviews-api sélectionne app=reviews-api, qu'aucun Pod ne porte [E1] ; il n'a donc pas d'endpoints, et les requêtes par l'Ingress reviews échouent.

Solution: corrigez le sélecteur en \`app.kubernetes.io/name=reviews-api\`, c'est-à-dire le label du Deployment reviews-api.`,
      `Error: El Service shop-reviews/reviews-api no tiene endpoints: ningún Pod lleva la etiqueta app=reviews-api [E1].

Solution:
1. Cambie el selector por las etiquetas que tienen los Pods.
2. Compruébelo: \`kubectl get pods -n shop-reviews -l app=reviews-api\`.`,
    ],
  },
  {
    about: 'StorageClass fast-ssd',
    answers: [
      `Error: Der PersistentVolumeClaim data-warehouse/data-query-cache-0 verlangt die StorageClass fast-ssd, die es nicht gibt; vorhanden sind ssd, ssd-retained und standard [E1][E2].

Solution:
1. \`kubectl get storageclasses\` zeigt die vorhandenen Klassen.
2. Die Klasse im StatefulSet query-cache korrigieren (mit --cascade=orphan löschen und neu anlegen).`,
      `Error: La StorageClass fast-ssd n'existe pas [E2], le volume demandé par data-query-cache-0 n'est donc jamais créé.

Solution: corrigez la classe (ssd ou ssd-retained existent), puis supprimez la demande en attente ; elle ne contient pas encore de données.`,
    ],
  },
  {
    about: 'Deployment recommendations/embedding-store',
    answers: [
      `Error: Kein Node trägt node.example.com/pool=memory-optimised; es gibt nur memory-optimized. Ein Tippfehler, deshalb bleibt der Pod embedding-store-pkx2xbpddv-x8mvr unplanbar (0/12 Nodes verfügbar) [E1].

Solution:
1. Den Wert im Template korrigieren.
2. Labels der Nodes vergleichen: \`kubectl get nodes --show-labels\`.`,
      `Error: Aucun nœud ne porte l'étiquette node.example.com/pool=memory-optimised (il existe memory-optimized) [E1].

Solution:
1. Corrigez la faute de frappe dans le modèle de Pod.
2. Comparez avec \`kubectl get nodes --show-labels\`.`,
    ],
  },
  {
    about: 'CronJob backup/catalog-db-backup',
    answers: [
      `Error: Der CronJob backup/catalog-db-backup ist ausgesetzt (suspend), sein Zeitplan 0 2 * * * startet also nichts [E1].

Solution:
1. Wieder aktivieren: \`kubectl -n backup patch cronjob catalog-db-backup --type merge -p '{"spec":{"suspend":false}}'\`.
2. Bei Bedarf gleich einen Lauf starten: \`kubectl -n backup create job catalog-db-backup-now --from=cronjob/catalog-db-backup\`.`,
      `Error: El CronJob backup/catalog-db-backup está suspendido [E1], así que no se hace ninguna copia.

Solution: reactívelo con \`kubectl -n backup patch cronjob catalog-db-backup --type merge -p '{"spec":{"suspend":false}}'\`.`,
    ],
  },
  {
    about: 'Deployment search/search-api',
    answers: [
      `Error: search-api läuft in sein Memory-Limit (512Mi) und wird vom OOM-Killer mit Exit-Code 137 beendet [E1]; zwei der drei Pods hängen deshalb im CrashLoopBackOff [E3].

Solution:
1. Letztes Rollout rückgängig machen: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Speicherverbrauch beobachten: \`kubectl -n search top pod search-api-nb9fv5dn7p-968k9 --containers\`.
3. Limit und Request anheben, z. B. mit einem Viertel Reserve.`,
      `Error: Le conteneur search-api est tué par l'OOM-killer (code 137), car il dépasse sa limite de 512Mi [E1]. Deux des trois Pods sont en CrashLoopBackOff ; jusqu'ici, on compte 31 redémarrages [E2].

Solution:
1. Annulez le dernier déploiement, s'il est à l'origine du problème.
2. Vérifiez s'il y a une fuite de mémoire ; le cas échéant, corrigez-la.
3. Sinon, augmentez la limite.`,
      `Error: O contêiner search-api excede o limite de memória de 512Mi e é encerrado com o código 137 [E1]. Isso repete-se continuamente (CrashLoopBackOff).

Solution:
1. Reverta a versão: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Aumente o limite ou corrija o vazamento de memória.`,
      `Error: Контейнер search-api превышает лимит памяти 512Mi, поэтому ядро завершает его с кодом 137 (OOMKilled) [E1]. Pod'ы находятся в CrashLoopBackOff из-за частых перезапусков.

Solution:
1. Откатите Deployment: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Увеличьте лимит или устраните утечку памяти.`,
      `Error: Il container search-api supera il limite di memoria (512Mi) e viene terminato con codice 137 [E1]. Solo 1 replica su 3 è pronta.

Solution:
1. Torna alla versione precedente: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Aumenta il limite o correggi il memory leak.`,
      `Error: Container search-api przekracza limit pamięci 512Mi i zostaje zabity z kodem 137 [E1]. Gotowa jest 1 z 3 replik.

Solution:
1. Cofnij wdrożenie: \`kubectl -n search rollout undo Deployment/search-api\`.
2. Zwiększ limit albo usuń wyciek pamięci.`,
      `错误：容器 search-api 的内存超过了 512Mi 的限制，因此被内核以退出码 137 终止(OOMKilled)[E1]，目前处于CrashLoopBackOff状态，已重启31次[E2]。

解决方法：
1. 回滚：\`kubectl -n search rollout undo Deployment/search-api\`
2. 提高内存限制，或修复内存泄漏。`,
      `오류: search-api 컨테이너가 메모리 제한 512Mi를 초과하여 종료 코드 137로 강제 종료되었습니다[E1]. 현재 CrashLoopBackOff 상태이며 31번 재시작했습니다[E2].

해결: \`kubectl -n search rollout undo Deployment/search-api\` 로 되돌리세요.`,
    ],
  },
  {
    about: 'Node prod-b3',
    answers: [
      `Error: Der Knoten prod-b3 meldet sich nicht mehr (NodeStatusUnknown) [E1]. Betroffen sind vor allem das StatefulSet shop-orders/orders-db und dadurch die orders-api-Pods.

Solution:
1. Prüfen, ob die VM läuft (Cloud-Konsole, SSH).
2. Kubelet-Log lesen: \`journalctl -u kubelet -n 200\`.
3. Notfalls \`kubectl delete node prod-b3\`; vorher unbedingt sicherstellen, dass die Maschine aus ist.`,
      `Error: prod-b3 ノードの kubelet が応答していません(NodeStatusUnknown)[E1]。そのため、8個のPodが影響を受け、orders-dbは利用できません。`,
    ],
  },
];
